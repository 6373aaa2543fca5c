import type { DownPayload, SwarmView } from "@potluck/protocol";
import { applyChange } from "@potluck/swarm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestCoordinator } from "./testing/test-coordinator.ts";
import type { TestTab } from "./testing/test-tab.ts";

let at: TestCoordinator;
beforeEach(async () => {
  at = await TestCoordinator.start();
});
afterEach(() => at.stop());

/** Lets time pass in which nobody falls silent, and all that was sent before arrive. */
async function pass(ms: number, tabs: readonly TestTab[]): Promise<void> {
  at.clock.advance(ms);
  for (const tab of tabs) await tab.call("status", { donor: "none" });
}

const pictures = (tab: TestTab): string[] =>
  tab.heard.filter(({ name }) => name.startsWith("swarm")).map(({ name }) => name);

async function watching(): Promise<{ readonly tab: TestTab; readonly whole: DownPayload<"swarm"> }> {
  const tab = await at.tab();
  expect(await tab.call("watch", { on: true })).toEqual({ status: "taken" });
  at.clock.advance(250);
  return { tab, whole: await tab.next("swarm") };
}

describe("coordinator and those who watch", () => {
  test("SG16 the whole comes once, then what changed, which leads to exactly what /api/swarm tells", async () => {
    const { tab, whole } = await watching();
    expect(whole.view).toMatchObject({ tabs: 1, donors: 0 });
    const donor = await at.donor();
    await pass(1000, [tab]);
    const { number, change } = await tab.next("swarm-change");
    expect(number).toBe(whole.number + 1);
    const now = applyChange(whole.view, change);
    expect(now).toMatchObject({ donors: 1, nodes: [{ state: "ready" }] });
    expect(await at.json("/api/swarm")).toEqual(now);
    donor.close();
    await donor.closed();
    await expect.poll(() => at.json("/api/swarm")).toMatchObject({ donors: 0 });
    await pass(1000, [tab]);
    expect(applyChange(now, (await tab.next("swarm-change")).change)).toMatchObject({ donors: 0, nodes: [] });
  });

  test("SG16 nothing is sent while nothing changes, and at most one change a second", async () => {
    const { tab } = await watching();
    for (let second = 0; second < 3; second++) await pass(1000, [tab]);
    expect(pictures(tab)).toEqual([]);
    const donor = await at.donor();
    for (let quarter = 0; quarter < 8; quarter++) {
      await donor.call("status", {
        donor: "ready",
        stepMs: 5,
        sessions: 0,
        pace: quarter % 2 === 0 ? "draining" : "steady",
      });
      await pass(250, [tab]);
    }
    expect(pictures(tab).length).toBeGreaterThan(0);
    expect(pictures(tab).length).toBeLessThanOrEqual(2);
  });

  test("SG16 whoever begins to watch while others do gets the whole under the number that their changes led to", async () => {
    const { tab, whole } = await watching();
    await at.donor();
    await pass(1000, [tab]);
    const { number, change } = await tab.next("swarm-change");
    const second = await watching();
    expect(second.whole.number).toBeGreaterThanOrEqual(number);
    let view: SwarmView = applyChange(whole.view, change);
    if (second.whole.number > number) view = applyChange(view, (await tab.next("swarm-change")).change);
    await at.donor();
    await pass(1000, [tab, second.tab]);
    const [theirs, ours] = [await tab.next("swarm-change"), await second.tab.next("swarm-change")];
    expect(theirs).toEqual(ours);
    expect(applyChange(view, theirs.change)).toEqual(applyChange(second.whole.view, ours.change));
  });

  test("SG17 who asks again gets the whole again, and asking without end costs one a second", async () => {
    const { tab, whole } = await watching();
    await pass(1000, [tab]);
    for (let i = 0; i < 40; i++) {
      await tab.call("watch", { on: true });
      await pass(25, []);
    }
    await pass(250, [tab]);
    const wholes = tab.heard.filter(({ name }) => name === "swarm");
    expect(wholes.length).toBeGreaterThan(0);
    expect(wholes.length).toBeLessThanOrEqual(2);
    expect(wholes[0]?.payload).toEqual(whole);
  });

  test("SG17 who stops watching gets nothing more, and who only says hello gets nothing at all", async () => {
    const { tab } = await watching();
    const other = await at.tab();
    await tab.call("watch", { on: false });
    await at.donor();
    await pass(2000, [tab, other]);
    expect([...pictures(tab), ...pictures(other)]).toEqual([]);
    const silent = at.silent();
    expect(await silent.raw("watch", { on: true })).toMatchObject({ status: "refused", reason: "not-admitted" });
  });

  test("SG2 words about answers that are not one's own change nothing", async () => {
    const [asker, other] = [await at.tab(), await at.tab()];
    await at.donor();
    await at.donor();
    const { session } = await asker.mustGet(500);
    at.clock.advance(1000);
    expect(await other.call("answered", { session, tokens: 400 })).toMatchObject({ reason: "unknown-session" });
    expect(await other.raw("answered", { session, tokens: -4 })).toMatchObject({ reason: "malformed" });
    expect(await at.json("/api/swarm")).toMatchObject({ models: [{ tokensPerSecond: 0 }] });
    await asker.call("answered", { session, tokens: 40 });
    expect(await at.json("/api/swarm")).toMatchObject({ models: [{ tokensPerSecond: 4 }] });
  });
});
