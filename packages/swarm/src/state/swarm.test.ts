import type { ModelId, RequestId, TabId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, testModel } from "../testing/test-model.ts";

/** 4 layers of 10 kB; a tab of 22 kB holds a half and has 1000 tokens of KV. */
const model = testModel([10_000, 10_000, 10_000, 10_000]);
const half = 22_000;

function halves(limits = {}) {
  const s = new DrivenSwarm([model], limits);
  const [left, right] = [s.donor(half), s.donor(half)];
  const asker = s.join();
  s.sent();
  return { s, left, right, asker };
}

describe("swarm", () => {
  test("SW11 a route reserves on every hop, and ending it gives all back", () => {
    const { s, left, right, asker } = halves();
    const { route, resumed } = s.mustGet(asker, 600);
    expect(resumed).toBe(false);
    expect(route).toMatchObject({ asker, epoch: 0, contextTokens: 600, frameDtype: "f32" });
    expect(route.hops.map((hop) => hop.tab)).toEqual([left, right]);
    expect(s.sent()).toEqual([
      { to: left, name: "admit", payload: { route, hop: 0 } },
      { to: right, name: "admit", payload: { route, hop: 1 } },
    ]);
    const reserved = () => s.swarm.inspect().tabs.map((tab) => tab.reservedTokens);
    expect(reserved()).toEqual([600, 600, 0]);
    expect(s.settle(asker, route.session, "ended")).toEqual({ status: "taken" });
    expect(reserved()).toEqual([0, 0, 0]);
    expect(s.sent().map(({ to, name }) => [to, name])).toEqual([
      [left, "dismiss"],
      [right, "dismiss"],
    ]);
  });

  test("SW12 those who wait are served in their order and hear their place", () => {
    const { s, asker } = halves();
    const others = [s.join(), s.join(), s.join()];
    const first = s.mustGet(asker, 900);
    const waiting = others.map((tab) => s.ask(tab, 900));
    expect(waiting.map((w) => w.status === "queued" && [w.position, w.reason.kind])).toEqual([
      [1, "all-busy"],
      [2, "all-busy"],
      [3, "all-busy"],
    ]);
    s.sent();
    s.settle(asker, first.route.session, "ended");
    const told = s.sent().filter(({ name }) => name === "route-ready" || name === "queued");
    expect(told.map(({ to, name }) => [to, name])).toEqual([
      [others[0], "route-ready"],
      [others[1], "queued"],
      [others[2], "queued"],
    ]);
    expect(told[1]?.payload).toMatchObject({ position: 1 });
    const gone = waiting[1];
    if (gone?.status !== "queued") throw new Error("not queued");
    s.done(s.swarm.cancelRoute(others[1] as TabId, { request: gone.request }, s.nowMs));
    expect(s.sent()).toMatchObject([{ to: others[2], name: "queued", payload: { position: 1 } }]);
  });

  test("SW12 who waits for layers hears which, and when that changes", () => {
    const s = new DrivenSwarm([model]);
    const asker = s.join();
    expect(s.ask(asker, 100)).toMatchObject({ position: 1, reason: { missing: [{ from: 0, to: 4 }] } });
    s.donor(half);
    expect(s.sent()).toMatchObject([
      { to: asker, name: "queued", payload: { reason: { missing: [{ from: 2, to: 4 }] } } },
    ]);
    s.donor(half);
    expect(s.sent().map(({ to, name }) => [to === asker, name])).toEqual([
      [false, "admit"],
      [false, "admit"],
      [true, "route-ready"],
    ]);
  });

  test("SW12 a request that no donor can carry is refused, and one that waits for such a donor holds up nobody", () => {
    const { s, asker } = halves();
    expect(s.ask(asker, 1001)).toMatchObject({ status: "refused", reason: "context-too-long" });
    expect(s.ask(asker, 4000)).toMatchObject({ status: "refused", reason: "context-too-long" });
    const large = new DrivenSwarm([model]);
    const [patient, other] = [large.join(), large.join()];
    expect(large.ask(patient, 1500)).toMatchObject({ status: "queued" });
    expect(large.ask(other, 500)).toMatchObject({ status: "queued", position: 2 });
    large.donor(half);
    large.donor(half);
    expect(
      large
        .sent()
        .filter((e) => e.name === "route-ready")
        .map((e) => e.to),
    ).toEqual([other]);
  });

  test("SW13 the longest-idle chat gives way to somebody who waits, no other does", () => {
    const { s, left, right, asker } = halves();
    const other = s.join();
    const [old, young] = [s.mustGet(asker, 400), s.mustGet(asker, 400)];
    s.settle(asker, old.route.session, "idle");
    s.pass(1000, [left, right, asker, other]);
    s.settle(asker, young.route.session, "idle");
    s.sent();
    s.mustGet(other, 500);
    const dismissed = s.sent().filter(({ name }) => name === "dismiss");
    expect(dismissed).toHaveLength(3);
    for (const { payload } of dismissed) expect(payload).toEqual({ session: old.route.session, why: "evicted" });
  });

  test("SW13 nobody's KV is taken when that helps nobody", () => {
    const { s, asker } = halves();
    const idle = s.mustGet(asker, 300);
    const busy = s.mustGet(asker, 300);
    s.settle(asker, idle.route.session, "idle");
    s.sent();
    expect(s.ask(s.join(), 800)).toMatchObject({ status: "queued" });
    expect(s.sent()).toEqual([]);
    s.settle(asker, busy.route.session, "ended");
    expect(s.sent().some(({ name }) => name === "route-ready")).toBe(true);
  });

  test("SW14 an idle chat goes on over the same hops, with more room when there is some", () => {
    const { s, asker } = halves();
    const { route } = s.mustGet(asker, 400);
    s.settle(asker, route.session, "idle");
    s.sent();
    const again = s.mustGet(asker, 700, route.session);
    expect(again).toMatchObject({
      resumed: true,
      route: { session: route.session, contextTokens: 700, hops: route.hops },
    });
    expect(s.sent().map(({ name }) => name)).toEqual(["admit", "admit"]);
    s.settle(asker, route.session, "idle");
    expect(s.mustGet(asker, 500, route.session).route.contextTokens).toBe(700);
  });

  test("SW14 without room on its hops it gets a new route that is not resumed", () => {
    const { s, left, right, asker } = halves();
    const chat = s.mustGet(asker, 300);
    s.settle(asker, chat.route.session, "idle");
    s.mustGet(s.join(), 700);
    const [left2, right2] = [s.donor(half), s.donor(half)];
    s.sent();
    const again = s.mustGet(asker, 600, chat.route.session);
    expect(again.resumed).toBe(false);
    expect(again.route.session).not.toBe(chat.route.session);
    expect(again.route.hops.map((hop) => hop.tab)).toEqual([left2, right2]);
    const told = s.sent();
    const both = (name: string) => told.filter((e) => e.name === name).map((e) => e.to);
    // The old ones first free what they hold; then they stand by for the new ones.
    expect(both("dismiss")).toEqual(expect.arrayContaining([left, right]));
    expect(both("admit")).toEqual([left2, left, right2, right]);
  });

  test("SW15 SW22 a hop that leaves, fails, falls silent or loads again ends no chat: its asker hears, once", () => {
    for (const how of ["stop", "fail", "none", "loading", "silent", "leave", "other offer"] as const) {
      const { s, left, right, asker } = halves();
      const { route } = s.mustGet(asker, 400);
      s.sent();
      if (how === "stop") s.done(s.swarm.stopDonating(right, s.nowMs));
      if (how === "fail") s.done(s.swarm.status(right, { donor: "failed", reason: "gpu" }, s.nowMs));
      if (how === "none") s.done(s.swarm.status(right, { donor: "none" }, s.nowMs));
      if (how === "loading") s.done(s.swarm.status(right, { donor: "loading" }, s.nowMs));
      if (how === "leave") s.done(s.swarm.leave(right, s.nowMs));
      if (how === "other offer") s.done(s.swarm.donate(right, offer(11_000), s.nowMs));
      if (how === "silent") s.pass(4500, [left, asker]);
      const payload = { session: route.session, tab: right, certain: true };
      expect(s.sent(), how).toEqual([{ to: asker, name: "hop-gone", payload }]);
      expect(s.swarm.counts(), how).toMatchObject({ active: 1, ready: 1 });
      expect(s.swarm.inspect().tabs.find((tab) => tab.id === right)?.reservedTokens ?? 0, how).toBe(0);
    }
  });

  test("SW15 an asker that stays away for its grace loses its chats and its place", () => {
    const { s, left, right, asker } = halves();
    s.mustGet(asker, 900);
    expect(s.ask(asker, 900)).toMatchObject({ status: "queued" });
    s.done(s.swarm.away(asker, s.nowMs));
    s.pass(29_500, [left, right]);
    expect(s.swarm.counts()).toMatchObject({ tabs: 2, away: 1, active: 1, queued: 1 });
    s.sent();
    s.pass(500, [left, right]);
    expect(s.swarm.counts()).toMatchObject({ tabs: 2, away: 0, active: 0, queued: 0 });
    expect(s.sent().map(({ to, name }) => [to, name])).toEqual([
      [left, "dismiss"],
      [right, "dismiss"],
    ]);
  });

  test("SW15 idle and unsettled chats end at their time", () => {
    const { s, left, right, asker } = halves({ idleMs: 10_000, activeMs: 30_000 });
    const everybody = [left, right, asker];
    const idle = s.mustGet(asker, 100);
    const active = s.mustGet(asker, 100);
    s.settle(asker, idle.route.session, "idle");
    s.pass(9500, everybody);
    expect(s.swarm.counts()).toMatchObject({ active: 1, idle: 1 });
    s.pass(500, everybody);
    expect(s.swarm.counts()).toMatchObject({ active: 1, idle: 0 });
    s.sent();
    s.pass(20_000, everybody);
    expect(s.swarm.counts()).toMatchObject({ active: 0, idle: 0 });
    expect(s.sent()).toContainEqual({
      to: asker,
      name: "dismiss",
      payload: { session: active.route.session, why: "lease-expired" },
    });
  });

  test("SW16 a tab that comes back with its secret is the same tab, and hears where it stands", () => {
    const { s, asker } = halves();
    s.mustGet(asker, 900);
    s.ask(asker, 900);
    s.done(s.swarm.away(asker, s.nowMs));
    s.sent();
    const back = s.done(s.swarm.join({ tab: asker, secret: `secret of ${asker}` }, s.nowMs));
    expect(back).toMatchObject({ tab: asker, resumed: true });
    expect(s.sent()).toMatchObject([
      { to: asker, name: "queued", payload: { position: 1 } },
      { to: asker, name: "standbys" },
    ]);
    expect(s.swarm.counts()).toMatchObject({ active: 1, queued: 1 });
  });

  test("SW16 another page of the tab waits for nothing that the one before it asked for", () => {
    const { s, asker } = halves();
    s.mustGet(asker, 900);
    s.ask(asker, 900);
    s.done(s.swarm.away(asker, s.nowMs));
    const back = s.done(s.swarm.join({ tab: asker, secret: `secret of ${asker}`, anew: true }, s.nowMs));
    expect(back).toMatchObject({ tab: asker, resumed: true });
    expect(s.swarm.counts()).toMatchObject({ active: 1, queued: 0 });
  });

  test("SW16 a wrong secret makes a new tab; a right one survives a restart", () => {
    const { s, asker } = halves();
    expect(s.done(s.swarm.join({ tab: asker, secret: "guess" }, s.nowMs)).tab).not.toBe(asker);
    const restarted = new DrivenSwarm([model]);
    const back = restarted.done(restarted.swarm.join({ tab: asker, secret: `secret of ${asker}` }, 0));
    expect(back).toMatchObject({ tab: asker, resumed: false });
  });

  test("SW16 a route that opens while its asker is away waits for it", () => {
    const { s, left, right, asker } = halves();
    const other = s.join();
    const first = s.mustGet(asker, 900);
    s.ask(other, 900);
    s.done(s.swarm.away(other, s.nowMs));
    s.settle(asker, first.route.session, "ended");
    s.pass(1000, [left, right, asker]);
    expect(s.swarm.counts()).toMatchObject({ active: 0, queued: 1 });
    s.sent();
    s.done(s.swarm.join({ tab: other, secret: `secret of ${other}` }, s.nowMs));
    expect(s.sent().some((e) => e.to === other && e.name === "route-ready")).toBe(true);
  });

  test("SW17 the same request again gets the same answer", () => {
    const { s, asker } = halves();
    const ask = (name: string, contextTokens: number) =>
      s.done(
        s.swarm.requestRoute(
          asker,
          { request: name as RequestId, modelId: "test-model" as ModelId, contextTokens },
          s.nowMs,
        ),
      );
    expect(ask("a", 900)).toEqual(ask("a", 900));
    expect(ask("b", 900)).toEqual(ask("b", 900));
    expect(s.swarm.counts()).toMatchObject({ active: 1, queued: 1 });
  });

  test("SW17 the same offer again gets the same segment and ends no chat; another offer is placed anew", () => {
    const { s, left, asker } = halves();
    s.mustGet(asker, 100);
    const again = s.done(s.swarm.donate(left, offer(half, { models: [model.id] }), s.nowMs));
    expect(again).toMatchObject({ status: "assigned", segment: { from: 0, to: 2 }, kvTokens: 1000 });
    expect(s.swarm.counts()).toMatchObject({ active: 1, ready: 2 });
    s.done(s.swarm.donate(left, offer(1e6), s.nowMs));
    expect(s.swarm.counts()).toMatchObject({ active: 1, ready: 1, loading: 1 });
    expect(s.sent().some(({ to, name }) => to === asker && name === "hop-gone")).toBe(true);
  });

  test("SW3 three tabs that join at once take different segments", () => {
    const s = new DrivenSwarm([model]);
    const segments = [half, 11_000, 11_000].map((budget) => s.done(s.swarm.donate(s.join(), offer(budget), 0)));
    expect(segments).toMatchObject([
      { segment: { from: 0, to: 2 } },
      { segment: { from: 2, to: 3 } },
      { segment: { from: 3, to: 4 } },
    ]);
    expect(s.swarm.view(s.nowMs).models[0]).toMatchObject({
      tabsPerLayer: [0, 0, 0, 0],
      joiningPerLayer: [1, 1, 1, 1],
      available: false,
    });
  });

  test("SW5 a tab that reloads gets its segment back while its old self still waits for its grace", () => {
    const { s, left } = halves();
    s.done(s.swarm.away(left, s.nowMs));
    const cached = [{ modelId: "test-model" as ModelId, from: 0, to: 2 }];
    const again = s.done(s.swarm.donate(s.join(), offer(half, { cached }), s.nowMs));
    expect(again).toMatchObject({ segment: { from: 0, to: 2 }, weightBytes: 0 });
  });

  test("WB34 what a tab would hold is told whole: what is cached too, a draft only where it would be loaded", () => {
    const draft = { id: "draft" as ModelId, layerCount: 1, activation: "f32" as const, weightBytes: 5000 };
    const { swarm } = new DrivenSwarm([{ ...model, draft: { ...draft, kvBytesPerToken: 1 } }]);
    const cached = [
      { modelId: model.id, from: 0, to: 2 },
      { modelId: draft.id, from: 0, to: 1 },
    ];
    const preview = (budgetBytes: number) => swarm.preview("a".repeat(32) as TabId, offer(budgetBytes, { cached }));
    expect(preview(half)).toMatchObject({ weightBytes: 0, heldBytes: { segment: 20_000, draft: 0 } });
    expect(preview(1e6)).toMatchObject({ heldBytes: { segment: 40_000, draft: 5000 } });
  });

  test("SW15 a silent tab's socket is dropped; what it says later of its segment is refused", () => {
    const { s, left, right } = halves();
    s.pass(6500, [right]);
    expect(s.effects).toContainEqual({ kind: "drop-socket", tab: left });
    expect(
      s.done(s.swarm.status(left, { donor: "ready", stepMs: 1, sessions: 0, pace: "steady" }, s.nowMs)),
    ).toMatchObject({
      reason: "not-admitted",
    });
  });

  test("SG4 only tabs of one route may signal to each other", () => {
    const { s, left, right, asker } = halves();
    const stranger = s.join();
    expect(s.swarm.sharesRoute(left, right)).toBe(false);
    const { route } = s.mustGet(asker, 100);
    expect([s.swarm.sharesRoute(left, right), s.swarm.sharesRoute(asker, right)]).toEqual([true, true]);
    expect([s.swarm.sharesRoute(asker, stranger), s.swarm.sharesRoute(asker, asker)]).toEqual([false, false]);
    s.settle(asker, route.session, "ended");
    expect(s.swarm.sharesRoute(asker, right)).toBe(false);
  });

  test("SW8 a tab runs at most its number of answers at once", () => {
    const { s, asker } = halves({ maxActivePerTab: 2 });
    s.mustGet(asker, 10);
    const second = s.mustGet(asker, 10);
    expect(s.ask(asker, 10)).toMatchObject({ status: "queued", reason: { kind: "all-busy" } });
    s.sent();
    s.settle(asker, second.route.session, "idle");
    expect(s.sent().some(({ name }) => name === "route-ready")).toBe(true);
    expect(s.ask(asker, 10, second.route.session)).toMatchObject({ status: "queued" });
  });

  test.each([2, 3])(
    "SW9 sixteen chats of sixteen tabs run side by side over %i tabs, and equal tabs share them",
    (tabs) => {
      const s = new DrivenSwarm([model]);
      // Two tabs hold halves; three hold the whole, for its share is then seen.
      const donors = Array.from({ length: tabs }, () => s.donor(tabs === 2 ? 60_000 : 100_000));
      for (let chat = 0; chat < 16; chat++) s.mustGet(s.join(), 300);
      expect(s.swarm.counts()).toMatchObject({ active: 16, queued: 0 });
      const active = donors.map((donor) => s.swarm.inspect().tabs.find(({ id }) => id === donor)?.active ?? 0);
      expect(Math.max(...active) - Math.min(...active)).toBeLessThanOrEqual(1);
    },
  );

  test("SW8 a tab takes as many new chats as its measured step lets be read, four at least, and a next message all the same", () => {
    const { s, left, right, asker } = halves();
    s.ready(left, 50);
    s.ready(right, 50);
    const routes = Array.from({ length: 5 }, () => s.mustGet(asker, 10).route);
    expect(s.ask(asker, 10)).toMatchObject({ status: "queued", reason: { kind: "all-busy" } });
    s.ready(left, 40);
    expect(s.swarm.counts()).toMatchObject({ active: 5, queued: 1 });
    // Both quick enough for six: who waits hears so at once.
    s.ready(right, 40);
    expect(s.swarm.counts()).toMatchObject({ active: 6, queued: 0 });
    s.settle(asker, routes[0]?.session as never, "idle");
    s.ready(left, 1000);
    s.ready(right, 1000);
    expect(s.ask(asker, 10)).toMatchObject({ status: "queued" });
    expect(s.mustGet(asker, 10, routes[0]?.session).resumed).toBe(true);
    for (const { session } of routes.slice(1, 4)) s.settle(asker, session, "ended");
    // Three of six are over; below four the one that waits has its turn.
    expect(s.swarm.counts()).toMatchObject({ active: 4, queued: 0 });
  });

  test("SW12 a full queue and a greedy tab are refused", () => {
    const { s, asker } = halves({ maxWaitingPerModel: 2, maxWaitingPerTab: 1 });
    s.mustGet(asker, 1000);
    expect(s.ask(asker, 1000)).toMatchObject({ status: "queued" });
    expect(s.ask(asker, 1000)).toMatchObject({ reason: "rate-limited" });
    expect(s.ask(s.join(), 1000)).toMatchObject({ status: "queued" });
    expect(s.ask(s.join(), 1000)).toMatchObject({ reason: "queue-full" });
    expect(s.ask(s.join(), 10, undefined, "nobody")).toMatchObject({ reason: "unknown-model" });
  });
});
