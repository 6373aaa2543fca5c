/** A donor that keeps to its rules, and shares a browser with others. */
import { ManualClock } from "@potluck/link";
import type { ModelId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { type DonationRules, defaultRules } from "../manners/rules.ts";
import type { Senses } from "../manners/senses.ts";
import { blindSenses } from "../manners/senses.ts";
import { createWindowLocks } from "../sharing/window-locks.ts";
import { createFakeLocks } from "../testing/fake-locks.ts";
import { assigned, id, layerCount, makeTab, modelId, waitFor } from "../testing/make-tab.ts";
import type { Answers } from "../testing/fake-coordinator.ts";
import type { TabParts } from "../assemble-tab.ts";

const whole = { modelId, from: 0, to: layerCount };

function mannered(parts: Partial<Omit<TabParts, "clock" | "vault">> = {}, answers: Answers = assigned) {
  const clock = new ManualClock();
  const seen = { onBattery: false, hidden: false };
  let changed = (): void => undefined;
  const senses: Senses = {
    ...blindSenses(() => seen.hidden),
    onBattery: () => seen.onBattery,
    onChange: (next) => (changed = next),
  };
  const words: string[] = [];
  const made = makeTab(answers, undefined, undefined, undefined, { clock, senses, ...parts });
  const report = made.coordinator.report.bind(made.coordinator);
  made.coordinator.report = (status) => {
    words.push(status.donor === "ready" ? status.pace : status.donor);
    report(status);
  };
  made.coordinator.welcome(id(1));
  const { donation } = made.tab;
  /** Timers of a tab that does nothing. */
  const atRest = clock.pending;
  const rules = (some: Partial<DonationRules>): void => donation.setRules({ ...defaultRules, ...some });
  const calls = (name: string): number => made.coordinator.calls.filter((call) => call.name === name).length;
  const kind = (): string => donation.state.getState().kind;
  return { ...made, clock, seen, donation, rules, words, calls, kind, atRest, tell: () => changed() };
}

const reasons = (made: ReturnType<typeof mannered>): readonly string[] => {
  const state = made.donation.state.getState();
  return "reasons" in state ? state.reasons.map(({ why }) => why) : [];
};

describe("a pause", () => {
  test("DN37 SW29 it says why, keeps the shard, and goes on by itself after 5 s of calm without loading", async () => {
    const made = mannered();
    made.rules({ pauseHidden: true });
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
    made.seen.hidden = true;
    made.tell();
    expect([made.kind(), reasons(made), made.words.at(-1)]).toEqual(["paused", ["hidden"], "paused"]);
    made.seen.hidden = false;
    await made.clock.advance(4900);
    expect([made.kind(), reasons(made)]).toEqual(["paused", ["calming-down"]]);
    await made.clock.advance(1000);
    expect([made.kind(), made.words.at(-1)]).toEqual(["ready", "steady"]);
    expect([made.opened.length, made.calls("donate"), made.calls("stop-donating")]).toEqual([1, 1, 0]);
  });

  test("DN37 the person's own ends only by the person, through a reconnect too, and with Stop", async () => {
    const made = mannered();
    made.donation.pause();
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
    made.donation.pause();
    expect([made.kind(), reasons(made)]).toEqual(["paused", ["by-person"]]);
    await made.clock.advance(60_000);
    made.coordinator.drop();
    made.coordinator.welcome(id(1));
    await made.clock.advance(1000);
    expect([made.kind(), made.words.at(-1), made.opened.length]).toEqual(["paused", "paused", 1]);
    made.donation.resume();
    expect(made.kind()).toBe("ready");
    made.donation.pause();
    await made.clock.until(made.donation.stop());
    expect(made.kind()).toBe("idle");
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
  });

  test("DN37 one that finishes and is paused hands over and stops", async () => {
    const made = mannered();
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
    made.donation.pause();
    made.donation.finish();
    await waitFor(made.tab, "idle");
    expect(made.words.at(-1)).toBe("none");
  });

  test("DN37 a page put aside while paused comes back paused", async () => {
    const made = mannered();
    made.rules({ pauseHidden: true });
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
    made.seen.hidden = true;
    made.tell();
    made.tab.hide();
    made.tab.show();
    made.coordinator.welcome(id(1));
    await made.clock.advance(500);
    expect([made.kind(), made.opened.length]).toEqual(["paused", 1]);
  });

  test("DN36 nothing is loaded while a rule says so, and it begins by itself", async () => {
    const made = mannered();
    made.seen.onBattery = true;
    made.rules({ onlyMains: true });
    made.donation.start(5e6);
    await waitFor(made.tab, "waiting-for-rules");
    expect([reasons(made), made.calls("donate"), made.opened.length]).toEqual([["on-battery"], 0, 0]);
    made.seen.onBattery = false;
    await made.clock.advance(4000);
    expect(made.kind()).toBe("waiting-for-rules");
    await made.clock.advance(3000);
    expect([made.kind(), made.opened.length]).toEqual(["ready", 1]);
  });

  test("DN39 a cap that is reached while loading stops the load, gives the layers back and waits", async () => {
    const day = new Map();
    let begun = 0;
    const made = mannered({
      shards: {
        open: ({ onProgress, signal }) => {
          begun += 1;
          const rest = { stage: "download", totalBytes: 100, cachedBytes: 0, bytesPerSecond: 0 } as const;
          onProgress({ ...rest, doneBytes: 60 });
          return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
        },
      },
      days: { add: async (key, more) => (day.set(key, more), more), all: async () => day },
    });
    made.rules({ dailyCapBytes: 50 });
    made.donation.start(5e6);
    await made.clock.advance(1500);
    expect([made.kind(), reasons(made)]).toEqual(["waiting-for-rules", ["data-cap"]]);
    expect([made.words.at(-1), made.calls("stop-donating"), begun]).toEqual(["none", 1, 1]);
    await made.clock.until(made.donation.stop());
    expect([made.kind(), made.clock.pending]).toEqual(["idle", made.atRest]);
  });
});

describe("windows of one browser", () => {
  const beside: Answers = {
    donate: ({ avoid }) =>
      avoid.length > 0
        ? { status: "refused", reason: "held-beside", message: "All of it is held." }
        : {
            status: "assigned",
            segment: whole,
            weightBytes: 10,
            heldBytes: { segment: 30, draft: 0 },
            kvTokens: 100,
            draft: null,
          },
  };

  test("DN40 a window for which nothing is left waits in line, says so, and takes over when the other closes", async () => {
    const browser = createFakeLocks();
    const first = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    const second = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    first.donation.start(5e6);
    await waitFor(first.tab, "ready");
    second.donation.start(5e6);
    await waitFor(second.tab, "waiting-for-tab");
    expect(second.donation.state.getState()).toEqual({ kind: "waiting-for-tab", held: [whole] });
    expect(second.opened).toHaveLength(0);
    // A coordinator that comes and goes changes nothing for who holds nothing.
    second.coordinator.welcome(id(1));
    await second.clock.advance(1000);
    expect([second.kind(), second.calls("donate")]).toEqual(["waiting-for-tab", 1]);
    await first.clock.until(first.donation.stop());
    await waitFor(second.tab, "ready");
    expect([second.opened.length, second.calls("donate")]).toEqual([1, 2]);
  });

  test("DN40 a window that crashes is succeeded like one that closes", async () => {
    const browser = createFakeLocks();
    const window = browser.window();
    const first = mannered({ windows: createWindowLocks(window) }, beside);
    const second = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    first.donation.start(5e6);
    await waitFor(first.tab, "ready");
    second.donation.start(5e6);
    await waitFor(second.tab, "waiting-for-tab");
    window.close();
    await waitFor(second.tab, "ready");
  });

  test("DN40 who waits can stop, and asks again now and then", async () => {
    const browser = createFakeLocks();
    const first = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    const second = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    first.donation.start(5e6);
    await waitFor(first.tab, "ready");
    second.donation.start(5e6);
    await waitFor(second.tab, "waiting-for-tab");
    await second.clock.advance(61_000);
    expect([second.kind(), second.calls("donate")]).toEqual(["waiting-for-tab", 2]);
    await second.clock.until(second.donation.stop());
    expect([second.kind(), second.clock.pending]).toEqual(["idle", second.atRest]);
  });

  test("DN40 who registers again keeps its own hold, and who stops lets go of it", async () => {
    const browser = createFakeLocks();
    const made = mannered({ windows: createWindowLocks(browser.window()) }, beside);
    made.donation.start(5e6);
    await waitFor(made.tab, "ready");
    made.coordinator.welcome(id(1));
    await made.clock.advance(500);
    expect([made.calls("donate"), browser.held.length]).toEqual([2, 1]);
    await made.clock.until(made.donation.stop());
    await expect.poll(() => browser.held).toEqual([]);
  });
});

test("SW30 the country is told as chosen, and again when it changes", async () => {
  const made = mannered();
  made.rules({ share: 0.25, country: "CH" });
  made.donation.start(5e6);
  await waitFor(made.tab, "ready");
  const asked = made.coordinator.calls.find(({ name }) => name === "donate");
  expect(asked?.payload).toMatchObject({ country: "CH", models: [], avoid: [] });
  // Shown anew once it changes.
  made.rules({ share: 0.25, country: null });
  await made.clock.advance(500);
  expect(made.coordinator.calls.findLast(({ name }) => name === "donate")?.payload).toMatchObject({ country: null });
});

test("DN36 WB55 a donor that may no longer serve its model asks for another, and stays paused if it was", async () => {
  const made = mannered();
  made.donation.start(5e6);
  await waitFor(made.tab, "ready");
  made.rules({ models: [modelId] });
  expect(made.kind()).toBe("ready");
  made.donation.pause();
  made.rules({ models: ["another" as ModelId] });
  expect(made.kind()).toBe("handing-over");
  await waitFor(made.tab, "waiting-for-rules");
  expect(reasons(made)).toEqual(["by-person"]);
  made.donation.resume();
  await made.clock.advance(7000);
  expect(made.coordinator.calls.findLast(({ name }) => name === "donate")?.payload).toMatchObject({
    models: ["another"],
    holding: null,
  });
});
