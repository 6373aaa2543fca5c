import { defaultRules, type DonationRules, type DonationState, emptyDay, type Problem } from "@potluck/donor";
import { beforeEach, expect, test } from "vitest";
import { type Locator, page, userEvent } from "vitest/browser";
import { localDay } from "../src/donate/given/days.ts";
import { demoModel, demoSwarm, emptySwarm } from "../src/tab/fake-scenarios.ts";
import { mountApp, type Mounted, serving } from "./mount-app.tsx";
import { tooSmallTargets } from "./too-small-targets.ts";

beforeEach(() => page.viewport(1280, 800));

const message = page.getByRole("textbox", { name: "Message", exact: true });
const donation = page.getByRole("status", { name: "Donation", exact: true });
const gone: Problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again in a moment." };
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const box = (name: string): Locator => page.getByRole("checkbox", { name, exact: true });
const stateNow = async (state: string): Promise<void> => {
  await expect.element(donation).toHaveAttribute("data-state", state);
};
const rulesOf = ({ tab }: Mounted): DonationRules => tab.rulesSet.at(-1) ?? defaultRules;
const works = { kind: "works" } as const;
const sensors = {
  onlyIdle: works,
  onlyMains: works,
  pauseOnSavedData: works,
  pauseOnSlowNetwork: works,
  keepAwake: works,
  dailyCapBytes: works,
  otherWindows: works,
};
const day = localDay(new Date());
const ledger = new Map([[day, { tokens: 1200, answers: 30, seconds: 4000, sentBytes: 2e6, receivedBytes: 3e6 }]]);
const load = (stage: "download" | "check"): DonationState => ({
  kind: "loading",
  segment: { modelId: demoModel.id, from: 4, to: 8 },
  progress: { stage, doneBytes: 1_700_000, totalBytes: 3_400_000, cachedBytes: 0, bytesPerSecond: 640_000 },
});
const start = page.getByRole("button", { name: "Start donating", exact: true });
const budget = page.getByRole("spinbutton", { name: "Memory budget (MB)", exact: true });

test("WB11 what will run and its bytes show before the start; a budget that is no number can't be started", async () => {
  await mountApp("/donate");
  await expect.element(page.getByText("3.4 MB will be loaded.")).toBeVisible();
  await expect.element(donation).toHaveAttribute("data-state", "idle");
  await budget.fill("0.5");
  await expect.element(start).toBeDisabled();
  await budget.fill("3");
  await expect.element(start).toBeEnabled();
  expect(JSON.parse(localStorage.getItem("potluck.preferences") ?? "{}")).toMatchObject({ budgetMb: 3 });
});

test("WB19 a small model suggests a small budget and says why, until the person chooses", async () => {
  await mountApp("/donate", { swarm: { ...demoSwarm, models: [demoModel] } });
  await expect.element(budget).toHaveValue(15);
  await expect.element(page.getByText("two tabs share Swarm Demo 10M")).toBeVisible();
  await budget.fill("40");
  await expect.element(page.getByText("two tabs share")).not.toBeInTheDocument();
  expect(JSON.parse(localStorage.getItem("potluck.preferences") ?? "{}")).toMatchObject({ budgetMb: 40 });
});

test("WB12 who donates alone hears what is still missing; who completes the model can chat with it", async () => {
  const app = await mountApp("/donate", { swarm: emptySwarm });
  await start.click();
  await expect.element(page.getByText("Still missing: layers 0–3 and layers 8–11 of Swarm Demo 10M.")).toBeVisible();
  app.tab.swarm.setState({ ...emptySwarm, donors: 3, models: [demoModel] }, true);
  await expect.element(page.getByRole("link", { name: "Chat with it" })).toHaveAttribute("href", "/");
});

test("WB11 loading shows bytes and speed", async () => {
  await mountApp("/donate", { donation: [{ event: load("download") }] });
  await start.click();
  await expect.element(donation).toHaveAttribute("data-state", "loading");
  await expect.element(page.getByText("1.7 MB of 3.4 MB · 640 kB/s")).toBeVisible();
  await expect.element(page.getByRole("progressbar", { name: "Loading layers" })).toHaveAttribute("value", "1700000");
});

test("WB9 a donation goes on while the person looks at the other pages", async () => {
  await mountApp("/donate");
  await start.click();
  await expect.element(donation).toHaveAttribute("data-state", "ready");
  await page.getByRole("link", { name: "Swarm", exact: true }).click();
  await expect.element(page.getByRole("heading", { name: "At the table now" })).toBeVisible();
  await page.getByRole("link", { name: "Chat", exact: true }).click();
  await expect.element(message).toBeVisible();
  await page.getByRole("link", { name: "Donate", exact: true }).click();
  await expect.element(donation).toHaveAttribute("data-state", "ready");
  await page.getByRole("button", { name: "Stop donating", exact: true }).click();
  await expect.element(donation).toHaveAttribute("data-state", "idle");
});

test("WB11 a donation that fails says why, and can be started again", async () => {
  await mountApp("/donate", { donation: [{ fail: gone }] });
  await start.click();
  await expect.element(donation).toHaveAttribute("data-state", "error");
  await expect.element(donation).toHaveTextContent("Everybody left.Try again in a moment.");
  await expect.element(start).toBeEnabled();
});

test("WB31 who serves can stop at once or after the running answers, and take the second back", async () => {
  let leave = (): void => undefined;
  await mountApp("/donate", {
    donation: [{ event: serving }],
    leavingMs: 1,
    pause: (ms) => (ms === 0 ? Promise.resolve() : new Promise((resolve) => (leave = resolve))),
  });
  await start.click();
  await expect.element(donation).toHaveAttribute("data-state", "serving");
  await expect.element(page.getByText("standing by", { exact: true })).toBeVisible();
  const finish = page.getByRole("button", { name: "Finish current answers, then stop" });
  await finish.click();
  await expect.element(donation).toHaveTextContent("Stopping after the answers that run now.");
  await expect.element(page.getByRole("button", { name: "Go on donating" })).toHaveFocus();
  await expect.element(page.getByText("Every layer of")).not.toBeInTheDocument();
  await page.getByRole("button", { name: "Go on donating" }).click();
  await expect.element(donation).toHaveAttribute("data-state", "serving");
  await finish.click();
  await page.getByRole("button", { name: "Stop now" }).click();
  await expect
    .element(donation)
    .toHaveTextContent("Stopping: running answers are handed to other tabs where there are any.");
  leave();
  await expect.element(donation).toHaveAttribute("data-state", "idle");
});

test("WB11 chats that are only kept ready do not count as chats now", async () => {
  await mountApp("/donate", { donation: [{ event: serving }] });
  await start.click();
  await expect.element(donation).toHaveTextContent("Serving 1 chat with layers 4–7.");
  await expect.element(page.getByText("chat now", { exact: true })).toBeVisible();
});

test("WB32 a tab that only stands by says why", async () => {
  await mountApp("/donate", { donation: [{ event: { ...serving, stats: { ...serving.stats, slow: "hidden" } } }] });
  await start.click();
  await expect.element(donation).toHaveTextContent("This tab is hidden and slow, so it only stands by.");
});

test("WB24 another budget clears what failed before; none at all can't be started and says so", async () => {
  await mountApp("/donate", { donation: [{ fail: gone }] });
  await start.click();
  await expect.element(donation).toHaveAttribute("data-state", "error");
  await budget.fill("0");
  await expect.element(donation).toHaveAttribute("data-state", "idle");
  for (const none of ["0", ""]) {
    await budget.fill(none);
    await expect.element(page.getByText("Enter a memory budget to see what would be loaded.")).toBeVisible();
    await expect.element(page.getByText("3.4 MB will be loaded.")).not.toBeInTheDocument();
    await expect.element(start).toBeDisabled();
  }
});

test("WB11 why the GPU is not used is told with what to do", async () => {
  const why: Problem = { code: "no-webgpu", what: "No WebGPU here.", advice: "Use a current Chrome." };
  await mountApp("/donate", { device: { backend: "wasm", f16: false, name: "CPU", why } });
  await expect.element(page.getByText("No WebGPU here. Use a current Chrome.")).toBeVisible();
});

test("WB34 where the CPU computes, the page tells what it takes beside the budget", async () => {
  const unpacks = { times: 8, mostBytes: 384 * 2 ** 20 };
  await mountApp("/donate", { device: { backend: "wasm", f16: false, name: "CPU", why: null, unpacks } });
  await expect.element(page.getByText("at most 403 MB for a model.")).toBeVisible();
  await expect.element(page.getByText("The most that layers and chats may take.")).toBeVisible();
  await budget.fill("30");
  await expect.element(page.getByText("this tab takes up to 57.2 MB in all.")).toBeVisible();
});

test("WB53 nothing starts by itself, whatever was chosen before", async () => {
  const app = await mountApp("/donate");
  app.page.preferences.change({ budgetMb: 20, rules: { ...defaultRules, keepAwake: true } });
  await expect.element(page.getByText("3.4 MB will be loaded.")).toBeVisible();
  await stateNow("idle");
  expect(app.tab.donation.state.getState().kind).toBe("idle");
});

test("WB54 pausing and resuming is one button, and a pause says why", async () => {
  await mountApp("/donate");
  await button("Start donating").click();
  await stateNow("ready");
  await button("Pause").click();
  await stateNow("paused");
  await expect.element(donation).toHaveTextContent("You paused it. It goes on when you press Resume.");
  await button("Resume").click();
  await stateNow("ready");
});

test("WB54 a pause by rule names every reason, and can be made to stay", async () => {
  const reasons = [{ why: "on-battery" }, { why: "calming-down", untilMs: 0 }] as const;
  await mountApp("/donate", {
    donation: [{ event: { kind: "paused", segment: serving.segment, stats: serving.stats, reasons } }],
  });
  await button("Start donating").click();
  await expect.element(donation).toHaveTextContent("It goes on when it is plugged in.");
  await expect.element(donation).toHaveTextContent("It goes on in a few seconds.");
  await expect.element(button("Stay paused")).toBeVisible();
});

test("WB54 a window that waits for another says that it takes over by itself", async () => {
  await mountApp("/donate", { donation: [{ event: { kind: "waiting-for-tab", held: [serving.segment] } }] });
  await button("Start donating").click();
  await stateNow("waiting-for-tab");
  await expect.element(donation).toHaveTextContent("This window takes over by itself when the other closes.");
  await button("Stop donating").click();
  await stateNow("idle");
});

test("WB54 who donates sees links in words and ms, and today's data beside its cap", async () => {
  const stats = { ...serving.stats, tokensServed: 1284, rttMs: { median: 18.2, worst: 64 } };
  const app = await mountApp("/donate", { donation: [{ event: { ...serving, stats } }], ledger });
  app.page.preferences.change({ rules: { ...defaultRules, share: 0.5, dailyCapBytes: 2e9 } });
  await button("Start donating").click();
  await expect.element(page.getByText("between tabs: quick, 64 ms at worst")).toBeVisible();
  await expect.element(page.getByText("data today, of 2 GB")).toBeVisible();
  await expect.element(page.getByText("1,284", { exact: true })).toBeVisible();
  await expect.element(page.getByText("of the time", { exact: true })).toBeVisible();
});

test("WB55 each rule says what it does, counts at once while donating, and is kept", async () => {
  const app = await mountApp("/donate", { sensors });
  await button("Start donating").click();
  await stateNow("ready");
  const share = page.getByRole("slider", { name: "Share of the time" });
  await share.fill("50");
  await expect.element(page.getByText("at most 50 % of the time")).toBeVisible();
  await box("Only on mains power").click();
  await expect.element(page.getByText("Pauses on battery.")).toBeVisible();
  await box("Pause while this page is hidden").click();
  await box("Pause when this page stutters").click();
  await box("Keep the screen awake").click();
  await box("Pause while this device saves data").click();
  await box("Pause on a slow network").click();
  await box("Limit the data of a day").click();
  await page.getByRole("spinbutton", { name: "Megabytes a day" }).fill("500");
  await box("Only at certain times").click();
  await expect.element(page.getByText("From 22:00 to 06:00, every day.")).toBeVisible();
  await box("Sunday").click();
  await page.getByLabelText("From", { exact: true }).fill("21:30");
  await box("Swarm Demo 10M, 10.9 MB").click();
  await page.getByRole("combobox", { name: "Name my country" }).selectOptions("NZ");
  await expect
    .poll(() => rulesOf(app))
    .toEqual({
      share: 0.5,
      onlyIdle: false,
      onlyMains: true,
      pauseHidden: true,
      pauseHiddenOnBattery: false,
      pauseOnSavedData: true,
      pauseOnSlowNetwork: true,
      pauseWhenPageSuffers: true,
      dailyCapBytes: 500e6,
      schedule: { days: [1, 2, 3, 4, 5, 6], fromMinute: 21 * 60 + 30, toMinute: 360 },
      models: [demoModel.id],
      country: "NZ",
      keepAwake: true,
    });
  expect(JSON.parse(localStorage.getItem("potluck.preferences") ?? "{}")).toMatchObject({ rules: rulesOf(app) });
  await stateNow("ready");
});

test("WB55 what this browser can't sense can't be chosen, and says so", async () => {
  await mountApp("/donate", {
    sensors: {
      ...sensors,
      onlyIdle: { kind: "denied" },
      onlyMains: { kind: "missing", why: "browser" },
      pauseOnSavedData: { kind: "missing", why: "browser" },
      pauseOnSlowNetwork: { kind: "missing", why: "browser" },
      keepAwake: { kind: "missing", why: "insecure" },
    },
  });
  await expect.element(box("Only on mains power")).toBeDisabled();
  await expect.element(box("Keep the screen awake")).toBeDisabled();
  await expect.element(box("Pause while this device saves data")).toBeDisabled();
  await expect.element(box("Pause on a slow network")).toBeDisabled();
  await expect.element(box("Only while nobody uses this device")).toBeDisabled();
  await expect.element(box("Pause while this page is hidden")).toBeEnabled();
  await expect.element(page.getByText("This browser can't tell, so the rule can't be chosen.").first()).toBeVisible();
  await expect.element(page.getByText("Browsers allow this over https only")).toBeVisible();
});

test("WB55 the browser is asked about an idle device only when the rule is chosen", async () => {
  const app = await mountApp("/donate", { sensors: { ...sensors, onlyIdle: { kind: "ask" } } });
  const idle = box("Only while nobody uses this device");
  await expect.element(page.getByText("Your browser will ask whether")).toBeVisible();
  expect(rulesOf(app).onlyIdle).toBe(false);
  await idle.click();
  await expect.poll(() => rulesOf(app).onlyIdle).toBe(true);
  await expect.element(idle).toBeChecked();
});

test("WB55 a country is never guessed: not to tell is chosen until the person chooses, and can be chosen again", async () => {
  const app = await mountApp("/donate");
  const country = page.getByRole("combobox", { name: "Name my country" });
  await expect.element(country).toHaveValue("");
  await country.selectOptions("CH");
  await expect.poll(() => rulesOf(app).country).toBe("CH");
  await country.selectOptions("");
  await expect.poll(() => rulesOf(app).country).toBe(null);
});

test("WB56 measuring says what it does, runs after a click, and suggests a budget that one more click takes", async () => {
  const app = await mountApp("/donate");
  await expect.element(page.getByText("Nothing is loaded or sent.")).toBeVisible();
  await button("Measure this device").click();
  await expect.element(page.getByText("2 GB could be used at once on the GPU.")).toBeVisible();
  await expect.element(page.getByText("Memory moves 84 GB a second.")).toBeVisible();
  expect(app.page.preferences.store.getState().budgetMb).toBe(null);
  await button("Use 1,500 MB").click();
  await expect.element(budget).toHaveValue(1500);
  await expect.element(page.getByText("This is your budget now.")).toBeVisible();
});

test("WB56 a measurement can be stopped", async () => {
  await mountApp("/donate", { pause: (ms) => (ms === 700 ? new Promise(() => undefined) : Promise.resolve()) });
  await button("Measure this device").click();
  await expect.element(page.getByRole("progressbar", { name: "Measuring memory" })).toBeVisible();
  await expect.element(button("Stop measuring")).toHaveFocus();
});

test("WB56 the diagnosis says what is well, what is not, and what to change in this browser", async () => {
  const why: Problem = { code: "no-webgpu", what: "No WebGPU here.", advice: "Use a current Chrome." };
  await mountApp("/donate", { device: { backend: "wasm", f16: false, name: "CPU", why } });
  const region = page.getByRole("region", { name: "This device" });
  await expect.element(region.getByRole("heading", { name: "Graphics (WebGPU) could be better" })).toBeVisible();
  await expect.element(region.getByText("Models whose names end in f16 can't run here")).toBeVisible();
  await expect.element(region.getByRole("heading", { name: "Links to other tabs (WebRTC) fine" })).toBeVisible();
});

test("WB57 what was given is a picture with a sentence, a table and milestones; nothing given is told plainly", async () => {
  await mountApp("/donate", { ledger });
  const region = page.getByRole("region", { name: "What you gave" });
  await expect
    .element(region.getByRole("img"))
    .toHaveAccessibleName(/^Tokens in the last 30 days: 1,200 in all, most on /);
  await region.getByRole("radio", { name: "Data" }).click();
  await expect.element(region.getByRole("img")).toHaveAccessibleName(/^Data in the last 30 days: 5 MB in all/);
  await region.getByText("As a table").click();
  await expect.element(region.getByRole("row", { name: /1,200 30 1 h 7 min 5 MB$/ })).toBeVisible();
  await expect.element(region.getByText("1,000 tokens, on")).toBeVisible();
  await expect.element(region.getByText("The first hour, on")).toBeVisible();
  await mountApp("/donate", { ledger: new Map([[day, emptyDay]]) });
  await expect.element(region.getByText("will be shown here, day by day")).toBeVisible();
  await expect.element(region.getByRole("img")).not.toBeInTheDocument();
});

test("WB58 a model is deleted from this device after a question in its place; one in use is not", async () => {
  await mountApp("/donate", {
    cached: [
      { modelId: demoModel.id, bytes: 3_400_000, inUse: false },
      { modelId: demoSwarm.models[1]?.id ?? demoModel.id, bytes: 9_000_000, inUse: true },
    ],
  });
  const region = page.getByRole("region", { name: "Kept on this device" });
  await expect.element(region.getByRole("button", { name: "Delete Qwen3 0.6B" })).toBeDisabled();
  await expect.element(region.getByText("In use: stop donating before you delete it.")).toBeVisible();
  const first = region.getByRole("button", { name: "Delete Swarm Demo 10M" });
  await first.click();
  await expect.element(region.getByRole("button", { name: "Keep it" })).toHaveFocus();
  await region.getByRole("button", { name: "Keep it" }).click();
  await expect.element(first).toHaveFocus();
  await first.click();
  await region.getByRole("button", { name: "Delete it" }).click();
  await expect.element(region.getByText("Swarm Demo 10M was deleted from this device.")).toBeVisible();
  await expect.element(first).not.toBeInTheDocument();
});

/** Presses Tab until `target` has the focus; fails where it never comes. */
async function tabTo(target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (target.element() === document.activeElement) return;
    await userEvent.keyboard("{Tab}");
  }
  await expect.element(target).toHaveFocus();
}

test("WB63 donating is done by keyboard alone, and the focus is never lost", async () => {
  const app = await mountApp("/donate", { sensors });
  await expect.element(button("Start donating")).toBeEnabled();
  await expect.element(box("Only on mains power")).toBeEnabled();
  await tabTo(budget);
  await tabTo(button("Start donating"));
  await userEvent.keyboard("{Enter}");
  await stateNow("ready");
  await expect.element(button("Pause")).toHaveFocus();
  await userEvent.keyboard(" ");
  await stateNow("paused");
  await expect.element(button("Resume")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await stateNow("ready");
  await tabTo(page.getByRole("slider", { name: "Share of the time" }));
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  await expect.poll(() => rulesOf(app).share).toBe(0.9);
  await tabTo(box("Only on mains power"));
  await userEvent.keyboard(" ");
  await expect.poll(() => rulesOf(app).onlyMains).toBe(true);
  button("Pause").element().focus();
  await tabTo(button("Stop donating"));
  await userEvent.keyboard("{Enter}");
  await stateNow("idle");
  await expect.element(button("Start donating")).toHaveFocus();
});

test.each([1280, 360])("WB63 everything on the page is large enough for a finger, at %i px", async (width) => {
  await page.viewport(width, 800);
  const schedule = { days: [], fromMinute: 0, toMinute: 60 };
  const app = await mountApp("/donate", {
    ledger,
    sensors,
    cached: [{ modelId: demoModel.id, bytes: 3_400_000, inUse: false }],
  });
  app.page.preferences.change({ rules: { ...defaultRules, dailyCapBytes: 1e9, schedule } });
  await expect.element(box("Sunday")).toBeVisible();
  await expect.element(button("Delete Swarm Demo 10M")).toBeVisible();
  expect(tooSmallTargets()).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});
