import axe from "axe-core";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createStore } from "zustand/vanilla";
import { done, emptySwarm, textSteps } from "../src/tab/fake-scenarios.ts";
import { fakeServer, fakeToken } from "../src/tab/fake-server.ts";
import { mountApp, type Mounted, serving } from "./mount-app.tsx";
import { tooSmallTargets } from "./too-small-targets.ts";

const problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again." } as const;

async function openKeys(): Promise<Mounted> {
  sessionStorage.setItem("potluck.admin-token", fakeToken);
  const mounted = await mountApp("/admin");
  await expect.element(page.getByRole("article", { name: "The Daily Kettle" })).toBeVisible();
  return mounted;
}

/**
 * Situations that between them show every page, dialog, drawer and menu. A new one is a line here: open the app, do what
 * brings the part up, wait until it is there, give back what `mountApp` gave.
 */
const situations: Readonly<Record<string, () => Promise<Mounted>>> = {
  welcome: async () => mountApp("/"),
  "chat without donors, offline": async () =>
    mountApp("/", { swarm: emptySwarm, connection: { kind: "offline", problem } }),
  "a finished and a failed answer": async () => {
    let failing = false;
    const mounted = await mountApp("/", {
      answer: () =>
        failing ? [...textSteps("Half"), { fail: problem }] : [...textSteps("Hello!\nHow are you?"), done],
    });
    mounted.page.chat.send("Hello!");
    await expect.poll(() => document.querySelectorAll('[data-state="streaming"]').length).toBe(0);
    failing = true;
    mounted.page.chat.send("And now?");
    await expect.poll(() => document.querySelectorAll('[data-state="failed"]').length).toBe(1);
    return mounted;
  },
  "an answer with versions and its details, a question being edited": async () => {
    const mounted = await mountApp("/");
    mounted.page.chat.send("Hello!");
    await expect.element(page.getByRole("button", { name: "Details" })).toBeVisible();
    await page.getByRole("button", { name: "Answer again" }).click();
    await expect.element(page.getByText("2/2")).toBeVisible();
    await page.getByRole("button", { name: "Details" }).click();
    await expect.element(page.getByRole("region", { name: "Details of this answer" })).toBeVisible();
    await page.getByRole("button", { name: "Edit the question" }).click();
    await expect.element(page.getByRole("textbox", { name: "Edit your question" })).toHaveFocus();
    return mounted;
  },
  "a line of messages that wait": async () => {
    const mounted = await mountApp("/", { answer: () => [...textSteps("Half"), { hold: true }] });
    mounted.page.chat.send("Hello!");
    mounted.page.chat.send("And then?");
    mounted.page.chat.store.setState({ saveFault: { ...problem, code: "storage-full" } });
    await expect.element(page.getByRole("region", { name: "Waiting to be sent" })).toBeVisible();
    await expect.element(page.getByText("Everybody left.")).toBeVisible();
    return mounted;
  },
  "the question before the first message": async () => {
    const mounted = await mountApp("/", {}, "", undefined, null, false);
    mounted.page.chat.send("Hello!");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    return mounted;
  },
  "the sheet of shortcuts": async () => {
    const mounted = await mountApp("/");
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await expect.element(page.getByRole("dialog")).toBeVisible();
    return mounted;
  },
  "who sees what": async () => mountApp("/privacy"),
  "a waiting answer": async () => {
    const mounted = await mountApp("/", {
      swarm: emptySwarm,
      answer: () => [
        {
          event: { kind: "queued", position: 1, reason: { kind: "layers-missing", missing: [{ from: 0, to: 12 }] } },
        },
        { hold: true },
      ],
    });
    mounted.page.chat.send("Hello!");
    await expect.poll(() => document.querySelector('[data-stage="waiting"]')).not.toBeNull();
    return mounted;
  },
  "an answer that waits for a donor": async () => {
    const mounted = await mountApp("/", {
      answer: () => [
        ...textSteps("Once upon"),
        { event: { kind: "waiting", missing: [{ from: 8, to: 12 }] } },
        { hold: true },
      ],
    });
    mounted.page.chat.send("Hello!");
    await expect.poll(() => document.querySelector('[data-stage="waiting"]')).not.toBeNull();
    return mounted;
  },
  "donate, serving": async () => {
    const slow = { ...serving, stats: { ...serving.stats, slow: "busy" } } as const;
    const mounted = await mountApp("/donate", { donation: [{ event: slow }] });
    mounted.tab.donation.start(1e9);
    await expect.poll(() => document.querySelector("[data-slow]")).not.toBeNull();
    return mounted;
  },
  "donate, handing over": async () => {
    const mounted = await mountApp("/donate", {
      donation: [{ event: serving }],
      leavingMs: 1,
      pause: (ms) => (ms === 0 ? Promise.resolve() : new Promise(() => undefined)),
    });
    mounted.tab.donation.start(1e9);
    await expect.poll(() => document.querySelector('[data-state="serving"]')).not.toBeNull();
    void mounted.tab.donation.stop();
    await expect.poll(() => document.querySelector('[aria-disabled="true"]')).not.toBeNull();
    return mounted;
  },
  "donate, idle": async () => {
    const mounted = await mountApp("/donate", {
      device: { backend: "wasm", f16: false, name: "CPU", why: { ...problem, code: "no-webgpu" } },
    });
    await expect.poll(() => document.querySelector(".device-why")).not.toBeNull();
    return mounted;
  },
  "donate, ready": async () => {
    const mounted = await mountApp("/donate");
    mounted.tab.donation.start(1e9);
    await expect.poll(() => document.querySelector('[data-state="ready"]')).not.toBeNull();
    return mounted;
  },
  "the invitation": async () => {
    const mounted = await mountApp("/", { swarm: emptySwarm });
    await page.getByRole("button", { name: "Invite others" }).click();
    await expect.element(page.getByRole("img", { name: "QR code of the link" })).toBeVisible();
    return mounted;
  },
  "an update, and a language that could not be loaded": async () => {
    const update = { waiting: createStore<boolean>()(() => true), accept: () => undefined };
    const mounted = await mountApp("/donate", {}, "", undefined, update);
    mounted.page.speech.missing.setState("de", true);
    mounted.tab.donation.start(1e9);
    await expect.element(page.getByRole("button", { name: "Update when finished" })).toBeVisible();
    return mounted;
  },
  swarm: async () => mountApp("/swarm"),
  "empty swarm": async () => mountApp("/swarm", { swarm: emptySwarm }),
  partners: async () => {
    const mounted = await mountApp("/partners");
    await expect.element(page.getByRole("link", { name: "The Daily Kettle" })).toBeVisible();
    await expect.element(page.getByText("One version, with its integrity")).toBeVisible();
    return mounted;
  },
  "partners, and no server": async () => {
    const gone = (): Response => new Response("gone", { status: 503 });
    const server = fakeServer({ "GET /api/partners": gone, "GET /embed/integrity.json": gone });
    const mounted = await mountApp("/partners", { server });
    await expect.poll(() => document.querySelectorAll("[role=alert]").length).toBe(2);
    return mounted;
  },
  "admin, a wrong token": async () => {
    sessionStorage.setItem("potluck.admin-token", "wrong");
    const mounted = await mountApp("/admin");
    await expect.element(page.getByText("The server does not know this token.")).toBeVisible();
    return mounted;
  },
  "admin, keys and their days": async () => {
    const mounted = await openKeys();
    await page.getByText("The last days", { exact: true }).click();
    return mounted;
  },
  "admin, a form with faults": async () => {
    const mounted = await openKeys();
    await page.getByRole("button", { name: "Register a site" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect.element(page.getByText("Enter at least one origin.")).toBeVisible();
    return mounted;
  },
  "admin, sure?": async () => {
    const mounted = await openKeys();
    await page.getByRole("button", { name: "Revoke The Daily Kettle" }).click();
    await expect.element(page.getByRole("dialog")).toBeVisible();
    return mounted;
  },
  "no such page": async () => mountApp("/nowhere"),
};
const looks = [
  ["light", 1280, 800],
  ["dark", 1280, 800],
  ["light", 360, 740],
  ["dark", 360, 740],
] as const;

test.each(Object.entries(situations))(
  "WB14 WB63 %s: accessible, no wider than the window, and nothing to press is small, in both themes and sizes",
  async (_, open) => {
    const app = await open();
    for (const [theme, width, height] of looks) {
      const look = `${theme}, ${width} px`;
      await page.viewport(width, height);
      app.page.preferences.change({ theme });
      await expect.poll(() => document.documentElement.dataset["theme"]).toBe(theme);
      for (const animation of document.getAnimations()) animation.cancel();
      const { violations, passes } = await axe.run(document.documentElement, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        // The test runner's own page has its frame around it.
        resultTypes: ["violations", "passes"],
      });
      const faults = violations.map(
        (v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join("; ")}`,
      );
      expect([look, faults]).toEqual([look, []]);
      expect(passes.map((rule) => rule.id)).toContain("color-contrast");
      expect(document.documentElement.scrollWidth, look).toBeLessThanOrEqual(width);
      expect([look, tooSmallTargets()]).toEqual([look, []]);
    }
  },
);
