import axe from "axe-core";
import { languageTags } from "@potluck/words";
import { afterEach, expect, test } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import type { LentWork } from "../src/frame/lend-tab.ts";
import { mountFrame } from "./mount-frame.tsx";

type Opened = Awaited<ReturnType<typeof mountFrame>>;
const part = (): string | undefined => document.querySelector<HTMLElement>("[data-part]")?.dataset["part"];
const button = (name: string) => page.getByRole("button", { name });
const working = (work: Extract<LentWork, { kind: "working" }>["work"]): LentWork => ({ kind: "working", work });

/** The question is there, and has begun to look whether it is in sight. */
const isRead = (): Promise<void> => expect.poll(() => document.activeElement?.id).toBe("question");

/** How many steps it is from the task to a number. */
const digitsUntil = (digit: string): number =>
  1 + [...document.querySelectorAll(".digit")].findIndex(({ textContent }) => textContent === digit);

async function lend(opened: Opened): Promise<Opened> {
  opened.frame.details();
  await isRead();
  await button("Yes, lend").hover();
  opened.pass(1000);
  await button("Yes, lend").click();
  await button("1").click();
  await expect.poll(part).toBe("badge");
  return opened;
}

interface Media {
  send(method: string, params: object): Promise<unknown>;
}
const emulate = (name: string, value: string): Promise<unknown> =>
  (cdp() as unknown as Media).send("Emulation.setEmulatedMedia", { features: [{ name, value }] });

afterEach(async () => {
  delete document.documentElement.dataset["theme"];
  await emulate("forced-colors", "none");
});

const situations: Readonly<Record<string, () => Promise<Opened>>> = {
  invitation: async () => mountFrame(),
  "question, on a phone, pressed too early": async () => {
    const opened = await mountFrame({ unsuited: "phone" });
    opened.frame.around.open();
    opened.frame.details();
    await page.getByRole("checkbox").click();
    await button("Yes, lend").click();
    await expect.element(page.getByText("Please read it first")).toBeVisible();
    return opened;
  },
  "question where the browser can’t tell what is in sight": async () => {
    const opened = await mountFrame({ seesAll: false });
    opened.frame.details();
    await expect.element(page.getByText("can’t tell")).toBeVisible();
    return opened;
  },
  "the check after a yes, pressed twice": async () => {
    const opened = await mountFrame();
    opened.frame.details();
    await isRead();
    await button("Yes, lend").hover();
    opened.pass(1000);
    await button("Yes, lend").dblClick();
    await expect.poll(() => document.querySelector<HTMLElement>(".panel")?.dataset["check"]).toBe("true");
    return opened;
  },
  "badge while loading": async () => {
    const opened = await lend(await mountFrame());
    opened.work.setState(working({ kind: "loading", doneBytes: 45, totalBytes: 100 }), true);
    await expect.element(page.getByText("Loading: 40 %")).toBeVisible();
    return opened;
  },
  thanks: async () => {
    const opened = await lend(await mountFrame());
    await button("Stop").click();
    await expect.element(page.getByText("1,234 tokens in 67 s")).toBeVisible();
    return opened;
  },
};

test.each(Object.entries(situations))("EB15 %s: accessible in both themes and with forced colours", async (_, open) => {
  await page.viewport(400, 640);
  await open();
  for (const look of ["light", "dark", "forced"] as const) {
    document.documentElement.dataset["theme"] = look === "dark" ? "dark" : "light";
    await emulate("forced-colors", look === "forced" ? "active" : "none");
    expect(matchMedia("(forced-colors: active)").matches).toBe(look === "forced");
    const { violations, passes } = await axe.run(document.body, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations", "passes"],
    });
    expect([look, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([look, []]);
    expect(passes.map(({ id }) => id)).toContain("target-size");
  }
});

test("EB7 EB8 the question with its longest words and a note fits into 320 × 560 pixels, in every language", async () => {
  await page.viewport(320, 560);
  for (const language of languageTags)
    for (const processor of ["gpu", "cpu"] as const) {
      const opened = await mountFrame({ language, processor });
      opened.frame.details();
      await expect.poll(part).toBe("question");
      opened.frame.yes({ trusted: true, byKeyboard: false }, false);
      await expect.poll(() => document.querySelector(".hint")?.textContent).not.toBe("");
      const { mode, width = 0, height = 0 } = opened.size() ?? {};
      expect(mode).toBe("panel");
      await expect.poll(() => document.querySelector(".panel")?.getBoundingClientRect().width).toBe(320);
      const panel = document.querySelector(".panel");
      expect([language, processor, panel?.scrollHeight]).toSatisfy(([, , h]) => h <= 560);
      expect(panel?.scrollWidth).toBeLessThanOrEqual(320);
      expect([width, height > 0]).toEqual([384, true]);
      opened.pass(1000);
      opened.frame.yes({ trusted: true, byKeyboard: false }, false);
      await expect.element(button("9")).toBeVisible();
      expect([language, panel?.scrollHeight, panel?.scrollWidth]).toSatisfy(([, h, w]) => h <= 560 && w <= 320);
      const digits = [...document.querySelectorAll(".digit")].map((digit) => digit.getBoundingClientRect());
      expect(Math.min(...digits.flatMap(({ width, height }) => [width, height]))).toBeGreaterThanOrEqual(40);
    }
});

test("EB7 the question says all that a yes means", async () => {
  const opened = await mountFrame();
  opened.frame.details();
  await expect.element(page.getByRole("dialog", { name: "Lend some GPU to The Daily Gardener?" })).toBeVisible();
  const said = document.querySelector(".panel")?.textContent ?? "";
  for (const words of [
    "gardener.example asks",
    "25 %",
    "48.2 MB",
    "500 MB a day",
    "IP address",
    "chats",
    "24 hours",
    "Stop",
  ])
    expect(said).toContain(words);
  const [yes, no] = [...document.querySelectorAll(".answer")].map((answer) => answer.getBoundingClientRect());
  expect([yes?.width, yes?.height]).toEqual([no?.width, no?.height]);
});

test("EB8 EB15 by keyboard alone: asked, answered once the focus was there for a second, paused, stopped", async () => {
  const opened = await mountFrame();
  await userEvent.keyboard("{Tab}{Enter}");
  await isRead();
  opened.pass(5000);
  // Past the heading and the button that puts it away.
  button("Close without an answer").element().focus();
  await userEvent.keyboard("{Tab}");
  await expect.element(button("Yes, lend")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect([part(), opened.called]).toEqual(["question", []]);
  opened.pass(1000);
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByText("press 1.")).toHaveFocus();
  // No number has the focus yet; the grid ends with the one that is wanted here.
  await userEvent.keyboard("{Enter}".concat("{Tab}".repeat(digitsUntil("1")), "{Enter}"));
  await expect.poll(part).toBe("badge");
  await expect.element(button("Pause")).toBeVisible();
  button("Pause").element().focus();
  await userEvent.keyboard(" ");
  opened.work.setState(working({ kind: "paused", why: "by-person" }), true);
  await expect.element(button("Resume")).toHaveFocus();
  await userEvent.keyboard("{Tab}{Enter}");
  await expect.element(page.getByText("Thank you!")).toBeVisible();
  expect(opened.called).toEqual(["/api/embed/consent", "pause", "stop", "/api/embed/withdraw"]);
});

test("EB8 a click that a script makes counts for nothing", async () => {
  const opened = await mountFrame();
  opened.frame.details();
  await isRead();
  opened.pass(5000);
  document.querySelector<HTMLButtonElement>(".answer")?.click();
  expect([part(), opened.called]).toEqual(["question", []]);
});

test("EB8 EB17 where nothing can be told of what is in sight, a tab of our own is the only yes", async () => {
  const opened = await mountFrame({ seesAll: false });
  opened.frame.details();
  const own = page.getByRole("link", { name: "Better: a tab of its own" });
  await expect.element(own).toHaveAttribute("href", "/donate");
  await expect.element(own).toHaveAttribute("target", "_blank");
  expect(button("Yes, lend").query()).toBeNull();
  // The question listens once it has taken the focus.
  await expect.poll(() => document.activeElement?.id).toBe("question");
  await userEvent.keyboard("{Escape}");
  await expect.poll(part).toBe("invite");
});

test("EB8 EB17 a frame too small for the whole question says so, and leads to a tab of our own", async () => {
  await page.viewport(400, 640);
  const opened = await mountFrame();
  opened.frame.details();
  await isRead();
  await page.viewport(300, 300);
  await expect.element(page.getByText("not enough room")).toBeVisible();
  await expect.element(page.getByRole("link", { name: "Better: a tab of its own" })).toHaveAttribute("href", "/donate");
  expect(button("Yes, lend").query()).toBeNull();
  await page.viewport(400, 640);
  await expect.element(button("Yes, lend")).toBeVisible();
});
