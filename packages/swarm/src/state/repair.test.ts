import type { Donate, ModelId, Route, RouteReady, SessionId, TabId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, tabId, testModel } from "../testing/test-model.ts";

/** 4 layers of 10 kB; a tab of 22 kB holds a half and has 1000 tokens of KV. */
const model = testModel([10_000, 10_000, 10_000, 10_000]);
const half = 22_000;

/** Two donors of each half, an asker, and its route of 400 tokens over the first two, with the other two standing by. */
function doubled(limits = {}) {
  const s = new DrivenSwarm([model], limits);
  const [left, right, left2, right2] = [s.donor(half), s.donor(half), s.donor(half), s.donor(half)];
  const asker = s.join();
  const { route } = s.mustGet(asker, 400);
  s.sent();
  return { s, left, right, left2, right2, asker, route };
}

const tabsOf = (route: Route) => route.hops.map((hop) => hop.tab);
const reservedOn = (s: DrivenSwarm, tab: TabId) => s.swarm.inspect().tabs.find((one) => one.id === tab)?.reservedTokens;
/** The route after the standby of one hop took over. */
function promoted(route: Route, index: number): Route {
  const hops = route.hops.map((hop, i) => {
    const [heir, ...standbys] = hop.standbys;
    return i === index && heir !== undefined ? { ...hop, tab: heir, standbys } : hop;
  });
  return { ...route, epoch: route.epoch + 1, hops };
}
function found(answer: ReturnType<DrivenSwarm["repair"]>): RouteReady {
  if (answer.status !== "ready") throw new Error(JSON.stringify(answer));
  return answer;
}
const told = (s: DrivenSwarm) => s.sent().map(({ to, name }) => [to, name]);

describe("standbys", () => {
  test("SW19 a route comes with tabs that hold exactly a hop's range, admitted before the asker hears of it", () => {
    const s = new DrivenSwarm([model]);
    const [left, right, left2] = [s.donor(half), s.donor(half), s.donor(half)];
    s.ready(s.donor(half), 10, "draining");
    const asker = s.join();
    s.sent();
    const { route } = s.mustGet(asker, 400);
    expect(route.hops).toMatchObject([
      { tab: left, standbys: [left2] },
      { tab: right, standbys: [] },
    ]);
    expect(s.sent()).toEqual([
      { to: left, name: "admit", payload: { route, hop: 0 } },
      { to: left2, name: "admit", payload: { route, hop: 0 } },
      { to: right, name: "admit", payload: { route, hop: 1 } },
    ]);
    expect(reservedOn(s, left2)).toBe(0);
  });

  test("SW9 SW19 at most two stand by for a hop, those with room and the least asked first", () => {
    const s = new DrivenSwarm([model]);
    const all = Array.from({ length: 4 }, () => s.donor(99_000));
    const asker = s.join();
    const first = s.mustGet(asker, 2048).route.hops[0];
    const second = s.mustGet(asker, 2048).route.hops[0];
    expect([first?.standbys.length, second?.standbys.length]).toEqual([2, 2]);
    const asked = [first, second].flatMap((hop) => [hop?.tab, ...(hop?.standbys ?? [])]);
    for (const tab of all) expect(asked.filter((one) => one === tab).length).toBeLessThanOrEqual(2);
    expect(first?.standbys).not.toContain(first?.tab);
  });

  test("SW19 a standby that leaves is replaced: the new one is admitted, then the asker is told", () => {
    const { s, asker, left, left2, route, right, right2 } = doubled();
    const left3 = s.donor(half);
    // It stands by as soon as it is ready.
    const hops = (standbys: readonly TabId[]) => [
      { tab: left, standbys },
      { tab: right, standbys: [right2] },
    ];
    expect(s.sent()).toMatchObject([
      { to: left3, name: "admit", payload: { hop: 0 } },
      { to: asker, name: "standbys", payload: { session: route.session, hops: hops([left2, left3]) } },
    ]);
    s.done(s.swarm.stopDonating(left2, s.nowMs));
    expect(s.sent()).toMatchObject([
      { to: asker, name: "hop-gone", payload: { tab: left2, certain: true } },
      { to: asker, name: "standbys", payload: { hops: hops([left3]) } },
    ]);
    s.done(s.swarm.away(left3, s.nowMs));
    expect(s.sent()).toMatchObject([
      { to: asker, name: "hop-gone", payload: { tab: left3, certain: false } },
      { to: asker, name: "standbys", payload: { hops: hops([]) } },
    ]);
    s.back(left3);
    expect(told(s)).toEqual([
      [left3, "admit"],
      [asker, "standbys"],
    ]);
  });

  test("SW19 SW21 a slow standby makes way for a steady one, a draining one stands by for nobody", () => {
    const { s, asker, left2, right2 } = doubled();
    const others = [s.donor(half), s.donor(half), s.donor(half)];
    s.sent();
    s.ready(left2, 10, "slow");
    const steady = others.find((tab) => s.swarm.inspect().sessions[0]?.hops[0]?.standbys.includes(tab));
    expect(s.swarm.inspect().sessions[0]?.hops[0]?.standbys).not.toContain(left2);
    expect(steady).toBeDefined();
    expect(s.sent()).toContainEqual(expect.objectContaining({ to: left2, name: "dismiss" }));
    s.ready(right2, 10, "draining");
    expect(s.swarm.inspect().sessions[0]?.hops[1]?.standbys).not.toContain(right2);
    const last = s.sent();
    expect(last.map(({ to, name }) => [to, name])).toContainEqual([right2, "dismiss"]);
    expect(last.at(-1)).toMatchObject({ to: asker, name: "standbys" });
  });

  test("SW19 nothing is said while nothing changes, and a full tab stands by for no more", () => {
    const { s, asker, left, right, left2, right2 } = doubled({ maxStandingByPerTab: 1 });
    s.pass(3000, [left, right, left2, right2, asker]);
    s.ready(left, 99);
    expect(s.sent()).toEqual([]);
    const second = s.mustGet(asker, 100).route;
    expect(second.hops.map((hop) => hop.standbys.length)).not.toContain(2);
    for (const tab of s.swarm.inspect().tabs) expect(tab.standingBy).toBeLessThanOrEqual(1);
  });

  test("SG4 SW19 standbys may signal to asker and hops before they are needed", () => {
    const { s, asker, left2, right, right2 } = doubled();
    expect([s.swarm.sharesRoute(asker, left2), s.swarm.sharesRoute(right2, left2)]).toEqual([true, true]);
    expect(s.swarm.sharesRoute(s.join(), right)).toBe(false);
  });
});

describe("pace", () => {
  test("SW21 a draining tab takes no new chat, keeps the running one, and its idle one gets a new route", () => {
    const s = new DrivenSwarm([model]);
    const [old, young] = [s.donor(99_000), s.donor(99_000)];
    const asker = s.join();
    const { route } = s.mustGet(asker, 400);
    expect(tabsOf(route)).toEqual([old]);
    s.ready(old, 10, "draining");
    expect(s.swarm.counts()).toMatchObject({ active: 1 });
    expect(s.swarm.view(s.nowMs).models[0]?.tabsPerLayer).toEqual([1, 1, 1, 1]);
    expect(tabsOf(s.mustGet(asker, 400).route)).toEqual([young]);
    // The same page after a reload goes on; the next message does not.
    expect(s.mustGet(asker, 400, route.session).resumed).toBe(true);
    s.settle(asker, route.session, "idle");
    const next = s.mustGet(asker, 400, route.session);
    expect([next.resumed, tabsOf(next.route)]).toEqual([false, [young]]);
  });

  test("SW29 a paused tab gets no hop, stands by for none and counts as not serving; it keeps its layers", () => {
    const s = new DrivenSwarm([model]);
    const [first, second] = [s.donor(99_000), s.donor(99_000)];
    const asker = s.join();
    const { route } = s.mustGet(asker, 400);
    expect(route.hops[0]?.standbys).toEqual([second]);
    s.ready(second, 10, "paused");
    expect(s.sent()).toContainEqual(expect.objectContaining({ to: asker, name: "standbys" }));
    expect(s.swarm.view(s.nowMs)).toMatchObject({ donors: 2, models: [{ tabsPerLayer: [1, 1, 1, 1] }] });
    s.ready(first, 10, "paused");
    expect(s.swarm.view(s.nowMs).models[0]).toMatchObject({ available: false });
    expect(s.ask(s.join(), 400)).toMatchObject({ status: "queued" });
    s.ready(second);
    expect(s.swarm.view(s.nowMs).models[0]).toMatchObject({ tabsPerLayer: [1, 1, 1, 1], available: true });
  });

  test("SW21 where all are slow the route goes over them", () => {
    const s = new DrivenSwarm([model]);
    const slow = s.donor(99_000);
    s.ready(slow, 10, "slow");
    expect(tabsOf(s.mustGet(s.join(), 400).route)).toEqual([slow]);
  });
});

describe("lost hops", () => {
  test("SW22 a hop whose socket closed keeps its reservation, and is gone for certain after the grace", () => {
    const { s, asker, left, right, left2, right2, route } = doubled();
    s.done(s.swarm.away(left, s.nowMs));
    const gone = (certain: boolean) => ({
      to: asker,
      name: "hop-gone",
      payload: { session: route.session, tab: left, certain },
    });
    expect(s.sent()).toEqual([gone(false)]);
    expect(s.swarm.view(s.nowMs)).toMatchObject({ tabs: 4, donors: 3, models: [{ tabsPerLayer: [1, 1, 2, 2] }] });
    s.pass(29_500, [asker, right, left2, right2]);
    expect([s.sent(), reservedOn(s, left)]).toEqual([[], 400]);
    s.pass(500, [asker, right, left2, right2]);
    expect(s.sent()).toEqual([gone(true)]);
    expect(s.swarm.counts()).toMatchObject({ active: 1 });
  });

  test("SW22 a lost hop that comes back with what it holds is counted and admitted again", () => {
    const { s, asker, left, right, left2, right2, route } = doubled();
    s.pass(4500, [asker, right, left2, right2]);
    expect(s.sent()).toMatchObject([{ to: asker, name: "hop-gone", payload: { tab: left, certain: true } }]);
    expect(reservedOn(s, left)).toBe(0);
    s.back(left);
    const holding = { modelId: "test-model" as ModelId, from: 0, to: 2 };
    const more: Partial<Donate> = { holding };
    expect(s.done(s.swarm.donate(left, offer(half, more), s.nowMs))).toMatchObject({ segment: holding });
    s.sent();
    s.ready(left);
    expect(s.sent()).toMatchObject([
      { to: left, name: "admit", payload: { route: { session: route.session }, hop: 0 } },
    ]);
    expect(reservedOn(s, left)).toBe(400);
  });

  test("SW22 an asker that was away hears what became of its hops and standbys", () => {
    const { s, asker, left, right, left2 } = doubled();
    s.done(s.swarm.away(asker, s.nowMs));
    s.done(s.swarm.leave(left, s.nowMs));
    s.done(s.swarm.away(right, s.nowMs));
    s.done(s.swarm.leave(left2, s.nowMs));
    expect(s.sent()).toEqual([]);
    s.back(asker);
    expect(s.sent()).toMatchObject([
      { to: asker, name: "hop-gone", payload: { tab: left, certain: true } },
      { to: asker, name: "hop-gone", payload: { tab: right, certain: false } },
      { to: asker, name: "standbys", payload: { hops: [{ tab: left, standbys: [] }, { tab: right }] } },
    ]);
  });

  test("SW22 a hop whose socket is back is admitted again, for its admission may have been lost", () => {
    const { s, left, route } = doubled();
    s.done(s.swarm.away(left, s.nowMs));
    s.sent();
    s.back(left);
    expect(s.sent()).toEqual([{ to: left, name: "admit", payload: { route, hop: 0 } }]);
  });

  test("SW20 the range of a running chat stays free for the hop that is on its way back", () => {
    const { route, asker } = doubled();
    const s = new DrivenSwarm([model]);
    s.back(asker);
    s.claim(route);
    // Without the chat, three layers would be its segment.
    const wide = 3 * 11_000;
    const fresh = tabId(99);
    s.back(fresh);
    expect(s.swarm.preview(fresh, offer(wide))).toMatchObject({ segment: { from: 0, to: 2 } });
    expect(new DrivenSwarm([model]).swarm.preview(fresh, offer(wide))).toMatchObject({ segment: { from: 0, to: 3 } });
  });

  test("SW22 an idle chat outlives its hop too", () => {
    const { s, asker, left, route } = doubled();
    s.settle(asker, route.session, "idle");
    s.done(s.swarm.leave(left, s.nowMs));
    expect(s.swarm.counts()).toMatchObject({ idle: 1 });
    expect(s.claim(promoted(route, 0), [left], "idle")).toEqual({ status: "taken" });
    expect(s.mustGet(asker, 400, route.session)).toMatchObject({ resumed: true, route: { epoch: 1 } });
  });
});

describe("claims", () => {
  test("SW23 a claim moves the reservation to the standby, dismisses the tab that is out, and refills", () => {
    const { s, asker, left, right, left2, route } = doubled();
    const left3 = s.donor(half);
    s.sent();
    const claimed = { ...promoted(route, 0) };
    expect(s.claim(claimed, [left])).toEqual({ status: "taken" });
    expect([left, left2, right].map((tab) => reservedOn(s, tab))).toEqual([0, 400, 400]);
    const heard = s.sent();
    expect(heard.map(({ to, name }) => [to, name])).toEqual([
      [left, "dismiss"],
      [asker, "standbys"],
    ]);
    expect(heard[0]?.payload).toEqual({ session: route.session, why: "replaced" });
    // The lost one stands by for this chat no more.
    expect(heard[1]?.payload).toMatchObject({ hops: [{ tab: left2, standbys: [left3] }, { tab: right }] });
    expect(s.claim(claimed, [left])).toEqual({ status: "taken" });
    expect(s.sent().every(({ name }) => name === "standbys")).toBe(true);
  });

  test("SW23 a claim older than the last one changes nothing", () => {
    const { s, left, left2, route } = doubled();
    s.claim(promoted(route, 0), [left]);
    s.sent();
    expect(s.claim(route)).toEqual({ status: "taken" });
    expect([s.sent(), reservedOn(s, left2), reservedOn(s, left)]).toEqual([[], 400, 0]);
  });

  test("SW23 a coordinator that forgot the chat takes it over, and counts hops as they come", () => {
    const { route, asker, left, right, right2 } = doubled();
    const s = new DrivenSwarm([model]);
    s.back(asker);
    const holding = (tab: TabId, from: number) => {
      s.back(tab);
      const segment = { modelId: "test-model" as ModelId, from, to: from + 2 };
      s.done(s.swarm.donate(tab, offer(half, { holding: segment }), s.nowMs));
      s.ready(tab);
    };
    holding(right, 2);
    expect(s.claim({ ...route, epoch: 5 })).toEqual({ status: "taken" });
    expect([s.swarm.counts().active, reservedOn(s, right)]).toEqual([1, 400]);
    expect(s.swarm.sharesRoute(asker, left)).toBe(true);
    s.sent();
    holding(left, 0);
    holding(right2, 2);
    expect(reservedOn(s, left)).toBe(400);
    const admitted = s.sent().filter((e) => e.name === "admit");
    expect(admitted).toMatchObject([
      { to: left, payload: { hop: 0, route: { epoch: 5 } } },
      { to: right2, payload: { hop: 1 } },
    ]);
    s.settle(asker, route.session, "idle");
    expect(s.mustGet(asker, 400, route.session).resumed).toBe(true);
  });

  test("SW23 what is claimed is reserved only where there is room, and nobody loses by it", () => {
    const { s, asker, left2, route } = doubled();
    const other = s.join();
    const victim = s.mustGet(other, 900);
    expect(tabsOf(victim.route)).toContain(left2);
    s.settle(other, victim.route.session, "idle");
    s.sent();
    s.claim(promoted(route, 0), []);
    expect(s.swarm.counts()).toMatchObject({ active: 1, idle: 1 });
    expect(reservedOn(s, left2)).toBe(900);
    s.settle(other, victim.route.session, "ended");
    expect(reservedOn(s, left2)).toBe(400);
    expect(s.settle(asker, route.session, "ended")).toEqual({ status: "taken" });
    expect(s.swarm.inspect().tabs.every((tab) => tab.reservedTokens === 0)).toBe(true);
  });

  test("SW23 a claim of somebody else's chat, of no route or of too many chats is refused", () => {
    const { s, asker, route } = doubled({ maxSessionsPerTab: 2 });
    const stranger = s.join();
    const fresh = (n: number) => ({ ...route, session: String(n).repeat(32) as SessionId });
    expect(s.claim({ ...route, asker: stranger })).toMatchObject({ reason: "unknown-session" });
    expect(s.done(s.swarm.claim(stranger, { route: fresh(1), state: "idle", lost: [] }, 0))).toMatchObject({
      reason: "malformed",
    });
    const hops = route.hops.slice(0, 1);
    expect(s.claim({ ...fresh(1), hops })).toMatchObject({ reason: "malformed" });
    expect(s.claim({ ...fresh(1), contextTokens: 9000 })).toMatchObject({ reason: "malformed" });
    expect(s.claim({ ...fresh(1), modelId: "other" as ModelId })).toMatchObject({ reason: "unknown-model" });
    const twice = route.hops.map((hop) => ({ ...hop, tab: asker }));
    expect(s.claim({ ...fresh(1), hops: twice })).toMatchObject({ reason: "malformed" });
    expect([s.claim(fresh(1)).status, s.claim(fresh(2)).status]).toEqual(["taken", "refused"]);
  });
});

describe("repairs", () => {
  test("SW24 a repair keeps the other hops where they stand and tells new ones first", () => {
    const { s, asker, left, right, left2, route } = doubled();
    s.claim({ ...route, epoch: 3 });
    s.sent();
    const { route: next, resumed } = found(s.repair(asker, route.session, [left]));
    expect(resumed).toBe(true);
    expect(next).toMatchObject({ session: route.session, epoch: 3, contextTokens: 400 });
    expect(tabsOf(next)).toEqual([left2, right]);
    // It stood by, so it was admitted before.
    expect(told(s)).toEqual([]);
    expect([left, left2].map((tab) => reservedOn(s, tab))).toEqual([400, 400]);
    s.claim({ ...next, epoch: 4 }, [left]);
    expect([left, left2].map((tab) => reservedOn(s, tab))).toEqual([0, 400]);
    expect(told(s)).toContainEqual([left, "dismiss"]);
  });

  test("SW24 several tabs may take one hop's place, and else the cuts change", () => {
    const s = new DrivenSwarm([model]);
    const [left, right] = [s.donor(half), s.donor(half)];
    const asker = s.join();
    const { route } = s.mustGet(asker, 400);
    s.done(s.swarm.leave(left, s.nowMs));
    const quarters = [s.donor(11_000), s.donor(11_000)];
    s.sent();
    const split = found(s.repair(asker, route.session, [left])).route;
    expect(tabsOf(split)).toEqual([...quarters, right]);
    expect(told(s).map(([, name]) => name)).toEqual(["admit", "admit"]);
    s.claim({ ...split, epoch: 1 });
    const whole = s.donor(99_000);
    for (const tab of quarters) s.done(s.swarm.leave(tab, s.nowMs));
    expect(tabsOf(found(s.repair(asker, route.session, quarters)).route)).toEqual([whole]);
  });

  test("SW24 after a restart a claimed hop that does not hold its layers any more is no hop, until it holds them again", () => {
    const { route, asker, left, right } = doubled();
    const s = new DrivenSwarm([model]);
    for (const tab of [asker, left, right]) s.back(tab);
    const holding = (tab: TabId, from: number) => {
      const segment = { modelId: "test-model" as ModelId, from, to: from + 2 };
      s.done(s.swarm.donate(tab, offer(half, { holding: segment }), s.nowMs));
      s.ready(tab);
    };
    holding(right, 2);
    s.claim(route);
    const missing = [{ from: 0, to: 2 }];
    expect(s.repair(asker, route.session, [left], [])).toMatchObject({ status: "queued", reason: { missing } });
    s.sent();
    // Its person has pressed Start again: the same tab, with nothing of the chat.
    holding(left, 0);
    const ready = s.sent().find(({ name }) => name === "route-ready");
    expect(ready).toMatchObject({ to: asker, payload: { route: { hops: [{ tab: left }, { tab: right }] } } });
  });

  test("SW24 where nobody can help it waits before all chats, says for which layers, and is served by itself", () => {
    const s = new DrivenSwarm([model]);
    const [left] = [s.donor(half), s.donor(half)];
    const [asker, other] = [s.join(), s.join()];
    const { route } = s.mustGet(asker, 400);
    s.done(s.swarm.leave(left, s.nowMs));
    expect(s.ask(other, 400)).toMatchObject({ status: "queued", position: 1 });
    s.sent();
    const missing = [{ from: 0, to: 2 }];
    expect(s.repair(asker, route.session, [left])).toMatchObject({ position: 1, reason: { missing } });
    expect(s.sent()).toMatchObject([{ to: other, name: "queued", payload: { position: 2 } }]);
    const fresh = s.donor(half);
    const heard = s.sent().filter(({ name }) => name !== "standbys");
    expect(heard.map(({ to, name }) => [to, name]).slice(0, 2)).toEqual([
      [fresh, "admit"],
      [asker, "route-ready"],
    ]);
    expect(heard.some(({ to, name }) => to === other && name === "route-ready")).toBe(true);
  });

  test("SW24 chats don't take what a repair waits for; an idle chat gives way to a running one's", () => {
    const { s, asker, left, left2, route } = doubled();
    const other = s.join();
    const busy = s.mustGet(other, 900);
    expect(tabsOf(busy.route)).toContain(left2);
    s.done(s.swarm.leave(left, s.nowMs));
    expect(s.repair(asker, route.session, [left])).toMatchObject({ status: "queued", reason: { kind: "all-busy" } });
    expect(s.ask(other, 50)).toMatchObject({ status: "queued", position: 2 });
    s.sent();
    s.settle(other, busy.route.session, "idle");
    const heard = s.sent();
    expect(heard).toContainEqual({
      to: other,
      name: "dismiss",
      payload: { session: busy.route.session, why: "evicted" },
    });
    expect(heard.some(({ to, name }) => to === asker && name === "route-ready")).toBe(true);
  });

  test("SW24 taking a repair back frees what was offered, a claim of whole hops ends the wait, so does the chat's end", () => {
    const { s, asker, left, left2, right, route } = doubled();
    const { request } = found(s.repair(asker, route.session, [left]));
    s.done(s.swarm.cancelRoute(asker, { request }, s.nowMs));
    expect(reservedOn(s, left2)).toBe(0);
    expect(s.repair(asker, route.session, [left, left2])).toMatchObject({ status: "queued" });
    s.claim({ ...route, epoch: 1 });
    expect(s.swarm.counts().queued).toBe(0);
    expect(s.repair(asker, route.session, [left, left2])).toMatchObject({ status: "queued" });
    expect(s.repair(asker, route.session, [left, left2])).toMatchObject({ status: "queued" });
    expect(s.swarm.counts().queued).toBe(1);
    s.settle(asker, route.session, "ended");
    expect(s.swarm.counts().queued).toBe(0);
    expect(reservedOn(s, right)).toBe(0);
  });

  test("SW24 SW17 the same repair again gets the same answer; a stranger's and a forgotten chat's are refused", () => {
    const { s, asker, left, route } = doubled();
    const ask = () =>
      s.done(
        s.swarm.repair(asker, { request: "one" as never, session: route.session, lost: [left], barred: [left] }, 0),
      );
    expect(ask()).toEqual(ask());
    expect(s.repair(s.join(), route.session, [])).toMatchObject({ reason: "unknown-session" });
    expect(s.repair(asker, "9".repeat(32) as SessionId, [])).toMatchObject({ reason: "unknown-session" });
  });
});
