import type { AskEvent, Problem } from "@potluck/donor";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { demoSwarm, done, textSteps } from "../src/tab/fake-scenarios.ts";
import { fakeStats, type FakeStep } from "../src/tab/fake-tab.ts";
import { mountApp, type Mounted } from "./mount-app.tsx";

const message = page.getByRole("textbox", { name: "Message", exact: true });
const log = page.getByRole("log", { name: "Conversation", exact: true });
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const texts = (role: "user" | "assistant"): (string | undefined)[] =>
  [...document.querySelectorAll<HTMLElement>(`article[data-role="${role}"]`)].map(
    (each) => each.querySelector('[data-part="text"]')?.textContent,
  );
const lastState = (): string | undefined =>
  [...document.querySelectorAll<HTMLElement>('article[data-role="assistant"]')].at(-1)?.dataset["state"];
const focused = (): string | null | undefined => document.activeElement?.getAttribute("aria-label");
const hold: FakeStep<AskEvent> = { hold: true };
const gone: Problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again in a moment." };

/** Each answer says which it is. */
function counting(): () => FakeStep<AskEvent>[] {
  let n = 0;
  return () => [...textSteps(`Answer ${(n += 1)}.`), done];
}

async function ask(question: string): Promise<void> {
  await message.fill(question);
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => texts("user").at(-1)).toBe(question);
  await expect.poll(lastState).toBe("done");
}

describe.each([
  ["desktop", 1280, 800],
  ["phone", 360, 740],
])("chat, %s", (_, width, height) => {
  beforeEach(() => page.viewport(width, height));

  test("WB35 WB48 answering again adds a version, flipping shows the others, and the focus stays", async () => {
    await mountApp("/", { answer: counting() });
    await ask("One?");
    await button("Answer again").click();
    await expect.poll(() => texts("assistant")).toEqual(["Answer 2."]);
    await expect.poll(lastState).toBe("done");
    expect(focused()).toBe("Answer again");
    await expect.element(log).toHaveTextContent("2/2");
    await button("Version before").click();
    await expect.poll(() => texts("assistant")).toEqual(["Answer 1."]);
    expect(focused()).toBe("Version before");
    await expect.element(page.getByText("Version 1 of 2")).toBeInTheDocument();
    // At the end nothing happens, and the button is still there for the focus.
    await userEvent.keyboard("{Enter}");
    expect([texts("assistant"), focused()]).toEqual([["Answer 1."], "Version before"]);
  });

  test("WB35 WB48 a question is edited in its place; Escape leaves it, and sending makes a branch beside it", async () => {
    const app = await mountApp("/", { answer: counting() });
    await ask("One?");
    await ask("Two?");
    const edit = button("Edit the question").first();
    await edit.click();
    const field = page.getByRole("textbox", { name: "Edit your question" });
    await expect.element(field).toHaveFocus();
    await field.fill("Nothing?");
    await userEvent.keyboard("{Escape}");
    await expect.poll(focused).toBe("Edit the question");
    expect(texts("user")).toEqual(["One?", "Two?"]);
    await edit.click();
    await field.fill("Uno?");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => [texts("user"), texts("assistant")]).toEqual([["Uno?"], ["Answer 3."]]);
    expect(focused()).toBe("Edit the question");
    expect(app.tab.asked.at(-1)?.messages).toEqual([{ role: "user", content: "Uno?" }]);
    await expect.poll(lastState).toBe("done");
    await button("Version before").click();
    await expect.poll(() => texts("user")).toEqual(["One?", "Two?"]);
  });

  test("WB36 WB48 a stopped answer goes on from its tokens, and the focus stays beside it", async () => {
    let rounds = 0;
    const app = await mountApp("/", {
      answer: () =>
        (rounds += 1) === 1 ? [...textSteps("Once upon"), hold] : [...textSteps("Once upon a time."), done],
    });
    await message.fill("A story!");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => texts("assistant")).toEqual(["Once upon"]);
    await userEvent.keyboard("{Escape}");
    await expect.poll(lastState).toBe("done");
    await expect.element(message).toHaveFocus();
    await button("Continue").click();
    await expect.poll(() => texts("assistant")).toEqual(["Once upon a time."]);
    expect(focused()).toBe("What to do with this answer");
    expect(app.tab.asked[1]?.known?.length).toBeGreaterThan(0);
  });

  test("WB3 WB36 a failed answer keeps its text: retry goes on with it, and asking anew is offered beside", async () => {
    let rounds = 0;
    const app = await mountApp("/", {
      answer: () => ((rounds += 1) === 1 ? [...textSteps("17 +"), { fail: gone }] : [...textSteps("17 + 25."), done]),
    });
    await message.fill("What?");
    await userEvent.keyboard("{Enter}");
    await expect.poll(lastState).toBe("failed");
    await button("Ask anew").click();
    await expect.poll(() => texts("assistant")).toEqual(["17 + 25."]);
    expect(app.tab.asked[1]?.known).toBeUndefined();
    await button("Version before").click();
    await button("Retry").click();
    await expect.poll(lastState).toBe("done");
    expect(app.tab.asked[2]?.known?.length).toBeGreaterThan(0);
  });

  test("WB49 the drawer tells the way hop by hop, and leaves out what is not known", async () => {
    let stats: Record<string, unknown> = { legsMs: [12, null, 3, 8], speculation: { drafted: null, kept: 5 } };
    await mountApp("/", {
      answer: () => [
        ...textSteps("42."),
        { event: { kind: "done", end: "stop-token", stats: { ...fakeStats, reusedTokens: 8, ...stats } } },
      ],
    });
    await ask("What?");
    await button("Details").click();
    const details = page.getByRole("region", { name: "Details of this answer" });
    await expect.element(details).toHaveTextContent("24 tokens, 8 of them known from before");
    await expect.element(details).toHaveTextContent("5 guessed tokens were right");
    await expect.element(details).toHaveTextContent("none needed");
    const stops = [...document.querySelectorAll(".route > li")].map((each) => each.textContent);
    expect(stops).toEqual([
      "You",
      "12 ms on the way12 msTab 1layers 0–3",
      "time on the way not measuredTab 2layers 4–7",
      "3 ms on the way3 msTab 3layers 8–11",
      "8 ms on the way8 msYou",
    ]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    await button("Details").click();
    await expect.element(details).not.toBeInTheDocument();

    stats = { knownTokens: 2 };
    await button("Answer again").click();
    await expect.poll(() => texts("assistant").length).toBe(1);
    await expect.poll(lastState).toBe("done");
    await button("Details").click();
    await expect.element(details).toHaveTextContent("It was carried on");
    await expect.element(details).not.toHaveTextContent("tokens/s");
    await expect.element(details).not.toHaveTextContent("Guesses");
  });

  test("WB41 what is sent while an answer is written waits in line, can be taken back, and is sent by itself", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const app = await mountApp("/", {
      pause: (ms) => (ms === 1 ? gate : Promise.resolve()),
      answer: () => [
        ...textSteps("So", 0),
        { afterMs: 1, event: { kind: "text", text: ".", answerTokens: 2, id: 2 } },
        done,
      ],
    });
    const line = page.getByRole("region", { name: "Waiting to be sent" });
    await message.fill("First?");
    await userEvent.keyboard("{Enter}");
    for (const question of ["Second?", "Third?"]) {
      await message.fill(question);
      await userEvent.keyboard("{Enter}");
    }
    await expect.element(line).toHaveTextContent("Second?Take backThird?Take backSent after the answer above.");
    await line.getByRole("button", { name: "Take back" }).first().click();
    await expect.element(message).toHaveValue("Second?");
    await expect.element(message).toHaveFocus();
    open();
    await expect.poll(() => texts("user")).toEqual(["First?", "Third?"]);
    await expect.element(line).not.toBeInTheDocument();
    expect(app.tab.asked).toHaveLength(2);
  });

  test("WB42 WB43 where another window writes, nothing can be asked, and says so; a storage that fails is told once", async () => {
    const app = await mountApp("/", { answer: counting() });
    await ask("One?");
    app.page.chat.store.setState({
      elsewhere: true,
      saveFault: { ...gone, code: "storage-full", what: "It is full." },
    });
    await expect.element(page.getByText("Another window is writing an answer in this chat.")).toBeVisible();
    await message.fill("Two?");
    await expect.element(button("Send")).toBeDisabled();
    await expect.element(button("Answer again")).toHaveAttribute("aria-disabled", "true");
    await expect.element(page.getByText("It is full.")).toBeVisible();
    await button("Close").click();
    await expect.element(page.getByText("It is full.")).not.toBeInTheDocument();
    app.page.chat.store.setState({ elsewhere: false });
    await expect.element(button("Send")).toBeEnabled();
  });

  test("WB49 the details of the last answer open where they are seen", async () => {
    await mountApp("/", { answer: () => [...textSteps("Long. ".repeat(400)), done] });
    await ask("What?");
    await button("Details").click();
    const details = page.getByRole("region", { name: "Details of this answer" });
    await expect.element(details).toBeInViewport({ ratio: 0.9 });
  });

  test("WB51 the badge says where the next message goes, changes it, and leads to who sees what", async () => {
    await mountApp("/");
    const badge = (): string | null | undefined => document.querySelector("#where-badge")?.textContent;
    expect(badge()).toBe("Public swarm: helping tabs can read this.");
    await button("Use this tab only").click();
    await expect.poll(badge).toBe("This tab only: nothing leaves this device.");
    await page.getByRole("link", { name: "Who sees what" }).click();
    await expect.element(page.getByRole("heading", { level: 1, name: "Who sees what" })).toHaveFocus();
    expect(document.title).toBe("Privacy · Potluck");
    for (const name of ["This tab only", "Public swarm", "What this browser keeps", "When you lend your tab"])
      await expect.element(page.getByRole("region", { name })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});

describe("consent", () => {
  beforeEach(() => page.viewport(1280, 800));
  const dialog = page.getByRole("dialog", { name: "Send this to the public swarm?" });
  const open = async (): Promise<Mounted> => {
    const app = await mountApp("/", { answer: counting() }, "?backend=wasm", undefined, null, false);
    await message.fill("Hello?");
    await userEvent.keyboard("{Enter}");
    await expect.element(dialog).toBeVisible();
    return app;
  };

  test("WB52 the first message asks; without consent nothing is sent and the text stays", async () => {
    const app = await open();
    // Who looks there first comes back to the page as it is.
    const who = dialog.getByRole("link", { name: "Who sees what" });
    await expect.element(who).toHaveAttribute("href", "/privacy?backend=wasm");
    // The key that sent it may be pressed once more.
    await expect.poll(() => document.activeElement?.className).toBe("consent-lead");
    await userEvent.keyboard("{Enter}");
    expect(app.tab.asked).toEqual([]);
    await userEvent.keyboard("{Escape}");
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(message).toHaveFocus();
    await expect.element(message).toHaveValue("Hello?");
    expect([app.tab.asked, texts("user")]).toEqual([[], []]);
  });

  test("WB52 who agrees is not asked again, also after a reload", async () => {
    const app = await open();
    await button("Send to the swarm").click();
    await expect.poll(() => texts("assistant")).toEqual(["Answer 1."]);
    await expect.poll(lastState).toBe("done");
    await ask("And?");
    expect(app.tab.asked.map(({ where }) => where)).toEqual(["swarm", "swarm"]);
    expect(JSON.parse(localStorage.getItem("potluck.preferences") ?? "{}")).toMatchObject({ swarmAgreed: true });
  });

  test("WB52 who wants this tab only gets the answer there, and is asked when going back to the swarm", async () => {
    const app = await open();
    await dialog.getByRole("button", { name: "Use this tab only" }).click();
    await expect.poll(lastState).toBe("done");
    await button("Use the swarm").click();
    await button("Answer again").click();
    await expect.element(dialog).toBeVisible();
    expect(app.tab.asked.map(({ where }) => where)).toEqual(["this-tab"]);
  });
});

describe("keys", () => {
  beforeEach(() => page.viewport(1280, 800));

  test("WB47 WB63 a whole chat by keys alone; none is taken from a field, and they can be switched off", async () => {
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await mountApp("/", { answer: counting() });
    (document.activeElement as HTMLElement | null)?.blur();
    await userEvent.keyboard("m");
    await expect.element(message).toHaveFocus();
    await userEvent.keyboard("norm?{Enter}");
    await expect.poll(() => texts("user")).toEqual(["norm?"]);
    await expect.poll(lastState).toBe("done");
    for (let n = 0; n < 20 && !(document.activeElement?.className ?? "").includes("action"); n++)
      await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
    await userEvent.keyboard("c");
    expect(copied).toHaveBeenCalledWith("Answer 1.");
    await userEvent.keyboard("r");
    await expect.poll(() => texts("assistant")).toEqual(["Answer 2."]);
    await expect.poll(lastState).toBe("done");
    await userEvent.keyboard(",");
    await expect.poll(() => texts("assistant")).toEqual(["Answer 1."]);
    await userEvent.keyboard(".");
    await expect.poll(() => texts("assistant")).toEqual(["Answer 2."]);
    await userEvent.keyboard("d");
    await expect.element(page.getByRole("region", { name: "Details of this answer" })).toBeVisible();
    await userEvent.keyboard("e");
    await expect.element(page.getByRole("textbox", { name: "Edit your question" })).toHaveFocus();
    await userEvent.keyboard("{Escape}");
    await userEvent.keyboard("s");
    await expect.poll(focused).toBe("Search chats");
    (document.activeElement as HTMLElement | null)?.blur();
    await userEvent.keyboard("b");
    await expect.element(page.getByRole("searchbox")).not.toBeInTheDocument();
    await userEvent.keyboard("{Shift>}?{/Shift}");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect.element(sheet.getByRole("row", { name: "Edit the last question e" })).toBeVisible();
    await sheet.getByRole("checkbox", { name: "Use these shortcuts" }).click();
    await userEvent.keyboard("{Escape}");
    await expect.element(sheet).not.toBeInTheDocument();
    await userEvent.keyboard("n");
    expect(texts("user")).toEqual(["norm?"]);
    await button("Keyboard shortcuts").click();
    await sheet.getByRole("checkbox", { name: "Use these shortcuts" }).click();
    await userEvent.keyboard("{Escape}");
    await expect.element(button("Keyboard shortcuts")).toHaveFocus();
    await userEvent.keyboard("n");
    await expect.poll(() => texts("user")).toEqual([]);
    await expect.element(message).toHaveFocus();
    copied.mockRestore();
  });

  test("WB48 the conversation itself is silent, and the answer is told by sentences beside it", async () => {
    await mountApp("/", { swarm: demoSwarm, answer: () => [...textSteps("One fox. Two foxes."), done] });
    await ask("Foxes?");
    await expect.element(log).toHaveAttribute("aria-live", "off");
    const spoken = (): string | undefined =>
      [...document.querySelectorAll('[data-part="spoken"] p')].map((each) => each.textContent).join(" ");
    await expect.poll(spoken).toBe("One fox. Two foxes.");
  });

  test("WB50 a wait in line says the place and about how long", async () => {
    await mountApp("/", {
      answer: () => [{ event: { kind: "queued", position: 3, reason: { kind: "all-busy" }, waitMs: 130_000 } }, hold],
    });
    await message.fill("Hello?");
    await userEvent.keyboard("{Enter}");
    await expect.element(log).toHaveTextContent("Waiting: all donors are busy · 3rd in line · about 2 minutes");
  });
});
