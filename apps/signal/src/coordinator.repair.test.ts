import type { RequestId, Route } from "@potluck/protocol";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { CoordinatorOptions } from "./coordinator.ts";
import { halfBytes, TestCoordinator } from "./testing/test-coordinator.ts";

let at: TestCoordinator;
const start = async (options: Partial<CoordinatorOptions> = {}) => {
  at = await TestCoordinator.start(options);
  return at;
};
afterEach(() => at.stop());

/** The route after the standby of its first hop took over. */
function promoted(route: Route): Route {
  const hops = route.hops.map((hop, i) => {
    const [heir, ...standbys] = hop.standbys;
    return i === 0 && heir !== undefined ? { ...hop, tab: heir, standbys } : hop;
  });
  return { ...route, epoch: route.epoch + 1, hops };
}

describe("coordinator while chats are repaired", () => {
  test("SW19 SW23 a standby is admitted beforehand, takes over by claim, and the old hop is dismissed", async () => {
    await start();
    const [left, right] = [await at.donor(), await at.donor()];
    // The older of equals goes first.
    at.clock.advance(1);
    const left2 = await at.donor();
    const asker = await at.tab();
    const route = await asker.mustGet(100);
    expect(route.hops.map((hop) => hop.standbys)).toEqual([[left2.id], []]);
    expect(await left2.next("admit")).toEqual({ route, hop: 0 });
    expect(await left2.call("relay", { to: right.id, data: "hello" })).toEqual({ status: "taken" });
    const claimed = promoted(route);
    expect(await asker.call("claim", { route: claimed, state: "active", lost: [left.id] })).toEqual({
      status: "taken",
    });
    expect(await left.next("dismiss")).toEqual({ session: route.session, why: "replaced" });
    const right2 = await at.donor();
    expect(await right2.next("admit")).toMatchObject({ route: { epoch: 1 }, hop: 1 });
    expect(await asker.next("standbys")).toEqual({
      session: route.session,
      hops: [
        { tab: left2.id, standbys: [] },
        { tab: right.id, standbys: [right2.id] },
      ],
    });
  });

  test("SW24 a repair waits for a tab and is served when one comes", async () => {
    await start();
    const [left] = [await at.donor(), await at.donor()];
    const asker = await at.tab();
    const { session } = await asker.mustGet(100);
    left.close();
    expect(await asker.next("hop-gone")).toEqual({ session, tab: left.id, certain: true });
    const repair = { request: "again" as RequestId, session, lost: [left.id], barred: [left.id] };
    expect(await asker.call("repair", repair)).toMatchObject({
      status: "queued",
      reason: { kind: "layers-missing", missing: [{ from: 0, to: 2 }] },
    });
    const fresh = await at.donor();
    const ready = await asker.next("route-ready");
    expect(ready).toMatchObject({ request: "again", resumed: true, route: { session } });
    expect(await fresh.next("admit")).toMatchObject({ hop: 0, route: { session } });
  });

  test("SG6 a closed socket is out of the report at once and told as uncertain, a frozen tab within 5 s", async () => {
    await start();
    const [left, right] = [await at.donor(), await at.donor()];
    const asker = await at.tab();
    const { session } = await asker.mustGet(100);
    left.cut();
    expect(await asker.next("hop-gone")).toEqual({ session, tab: left.id, certain: false });
    expect(await at.json("/api/swarm")).toMatchObject({ tabs: 2, donors: 1, models: [{ tabsPerLayer: [0, 0, 1, 1] }] });
    for (let n = 0; n < 5; n++) {
      at.clock.advance(1000);
      await asker.call("status", { donor: "none" });
    }
    expect(await asker.next("hop-gone")).toEqual({ session, tab: right.id, certain: true });
    expect(await at.json("/api/swarm")).toMatchObject({ tabs: 1, donors: 0 });
  });

  test("SG15 after a restart donors come back with what they hold, askers claim, and the chat goes on over its hops", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "potluck-signal-"));
    const before = await TestCoordinator.start({ dataDir });
    const donors = [await before.donor(), await before.donor(), await before.donor()] as const;
    const asker = await before.tab();
    const route = await asker.mustGet(100);
    await before.coordinator.close(1000);
    await start({ dataDir });

    const back = await at.silent().hello(asker.resume);
    expect(await back.call("settle", { session: route.session, state: "idle" })).toMatchObject({
      reason: "unknown-session",
    });
    expect(await back.call("claim", { route, state: "active", lost: [] })).toEqual({ status: "taken" });
    for (const [i, donor] of donors.entries()) {
      const range = route.hops[i % 2]?.range ?? { from: 0, to: 0 };
      const again = await at.silent().hello(donor.resume);
      const held = await again.donate(halfBytes, { modelId: route.modelId, ...range });
      expect(held).toMatchObject({ segment: range, weightBytes: 0 });
      expect(await again.next("admit")).toMatchObject({ hop: i % 2, route: { session: route.session } });
    }
    expect(await at.json("/api/swarm")).toMatchObject({ donors: 3, models: [{ sessions: 1, standbys: 1 }] });
    expect(await back.call("settle", { session: route.session, state: "idle" })).toEqual({ status: "taken" });
    expect(await back.ask("test-model", 100, route.session)).toMatchObject({ status: "ready", resumed: true });
  });
});
