import type { SiteKey, TabId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demoSwarmModel } from "../testing/demo-swarm-model.ts";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, seeded, testModel } from "../testing/test-model.ts";
import { isServing } from "./tab-entry.ts";

/** 4 layers of 10 kB; a tab of 22 kB holds a half and has 1000 tokens of KV, one of 11 kB a layer. */
const model = testModel([10_000, 10_000, 10_000, 10_000]);
const half = 22_000;
const layer = 11_000;
const site = `pk_${"a".repeat(24)}` as SiteKey;
const otherSite = `pk_${"b".repeat(24)}` as SiteKey;

/** The first half held by one of the swarm's own, the second by two guests of one site, and an asker. */
function guested() {
  const s = new DrivenSwarm([model]);
  const tabs = [s.donor(half), s.donor(layer, site), s.donor(layer, site)];
  const asker = s.join();
  s.sent();
  return { s, tabs, asker };
}

const gift = (s: DrivenSwarm, of = site) => s.swarm.takeGifts(s.nowMs).get(of);
const answered = (s: DrivenSwarm, asker: TabId, session: string, tokens: number) =>
  s.done(s.swarm.answered(asker, { session: session as never, tokens }, s.nowMs));

describe("guests", () => {
  test("SW33 a guest stands by for an own tab, and is a hop of the next chat once no own tab can be", () => {
    const s = new DrivenSwarm([model]);
    const own = s.donor(99_000);
    const guest = s.donor(99_000, site);
    const asker = s.join();
    const hops = () => s.mustGet(asker, 100).route.hops;
    expect(hops()).toMatchObject([{ tab: own, standbys: [guest] }]);
    s.ready(own, 10, "slow");
    expect(hops()).toMatchObject([{ tab: guest, standbys: [own] }]);
    s.ready(guest, 10, "slow");
    expect(hops()).toMatchObject([{ tab: own, standbys: [guest] }]);
    s.ready(own, 10, "paused");
    expect(hops()).toMatchObject([{ tab: guest, standbys: [] }]);
  });

  test("SW33 a lost hop's layers go to an own tab before a guest", () => {
    const s = new DrivenSwarm([model]);
    const lost = s.donor(half);
    const asker = s.join();
    const right = s.donor(half);
    const { route } = s.mustGet(asker, 100);
    expect(route.hops.map(({ tab }) => tab)).toEqual([lost, right]);
    const guest = s.donor(half, site);
    const own = s.donor(half);
    s.done(s.swarm.leave(lost, s.nowMs));
    const answer = s.repair(asker, route.session, [lost]);
    expect(answer).toMatchObject({ route: { hops: [{ tab: own, standbys: [guest] }, { tab: right }] } });
  });

  test("SW33 a tab is what it joined as last", () => {
    const s = new DrivenSwarm([model]);
    const [own, guest] = [s.donor(99_000), s.donor(99_000, site)];
    const asker = s.join();
    expect(s.mustGet(asker, 100).route.hops).toMatchObject([{ tab: own }]);
    s.back(guest);
    s.back(own, otherSite);
    expect([s.swarm.tabsOf(site), s.swarm.tabsOf(otherSite)]).toEqual([[], [own]]);
    expect(s.mustGet(asker, 100).route.hops).toMatchObject([{ tab: guest }]);
  });

  test("SW33 a site's tabs are those with a socket, whatever they hold, and none that left", () => {
    const s = new DrivenSwarm([model]);
    const [idle, donor, away, gone] = [s.join(site), s.donor(layer, site), s.join(site), s.join(site)];
    s.join();
    s.join(otherSite);
    s.done(s.swarm.away(away, s.nowMs));
    s.done(s.swarm.leave(gone, s.nowMs));
    expect(s.swarm.tabsOf(site)).toEqual([idle, donor]);
    s.back(away, site);
    expect(s.swarm.tabsOf(site)).toEqual([idle, donor, away]);
  });

  test("SW34 what a new guest would load is told before it comes, and nothing where nothing fits", () => {
    const s = new DrivenSwarm([demoSwarmModel({ hasDraft: true })]);
    const before = s.swarm.previewGuest(20e6);
    const guest = s.join(site);
    const first = s.done(s.swarm.donate(guest, offer(20e6, { f16: false }), s.nowMs));
    expect(first).toMatchObject({ status: "assigned", weightBytes: before, segment: { from: 0, to: 3 }, draft: null });
    expect(s.swarm.previewGuest(20e6)).toBeLessThan(before ?? 0);
    expect(s.swarm.previewGuest(1e6)).toBeNull();
    // A guest's device may not compute in 16 bits.
    expect(new DrivenSwarm([{ ...model, activation: "f16" }]).swarm.previewGuest(1e9)).toBeNull();
  });

  test("SW17 SW34 a guest that offers the same again has the same segment, also when it would get another now", () => {
    const s = new DrivenSwarm([model]);
    const guest = s.join(site);
    const ask = () => s.done(s.swarm.donate(guest, offer(half), s.nowMs));
    const first = ask();
    expect(first).toMatchObject({ segment: { from: 0, to: 1 } });
    s.donor(half);
    s.donor(half);
    expect(ask()).toEqual(first);
    expect(s.swarm.preview(guest, offer(half + 1))).toMatchObject({ segment: { from: 0, to: 2 } });
  });

  test("SW34 what a guest holds itself is not held, when it asks what else it could hold", () => {
    const s = new DrivenSwarm([model]);
    const guest = s.donor(half, site);
    s.donor(3 * layer, otherSite);
    s.donor(3 * layer);
    expect(s.swarm.view(s.nowMs).models[0]?.tabsPerLayer).toEqual([1, 2, 1, 1]);
    expect(s.swarm.preview(guest, offer(half + 1))).toMatchObject({ segment: { from: 0, to: 1 } });
  });

  test("SW35 an answer counts once for a site, with its tokens, and again only when another is given", () => {
    const { s, tabs, asker } = guested();
    const { route } = s.mustGet(asker, 300);
    expect(route.hops.map(({ tab }) => tab)).toEqual(tabs);
    expect(gift(s)).toBeUndefined();
    s.nowMs += 1000;
    answered(s, asker, route.session, 20);
    s.nowMs += 500;
    answered(s, asker, route.session, 50);
    expect(gift(s)).toEqual({ answers: 1, tokens: 50, seconds: 3 });
    s.nowMs += 1000;
    s.done(s.swarm.settle(asker, { session: route.session, state: "idle", tokens: 60 }, s.nowMs));
    s.done(s.swarm.settle(asker, { session: route.session, state: "idle", tokens: 60 }, s.nowMs));
    expect(gift(s)).toEqual({ answers: 0, tokens: 10, seconds: 2 });
    s.mustGet(asker, 300, route.session);
    s.nowMs += 1000;
    answered(s, asker, route.session, 1_000_000);
    expect(gift(s)).toMatchObject({ answers: 1, tokens: 300 });
  });

  test("SW35 an answer of which nobody tells a token, and one that only stood a guest by, counts for nobody", () => {
    const s = new DrivenSwarm([model]);
    s.donor(99_000);
    s.donor(99_000, site);
    const asker = s.join();
    const { route } = s.mustGet(asker, 300);
    s.nowMs += 1000;
    answered(s, asker, route.session, 20);
    expect(gift(s)).toMatchObject({ answers: 0, tokens: 0 });
    const { s: other, asker: silent } = guested();
    const { session } = other.mustGet(silent, 300).route;
    answered(other, silent, session, 0);
    other.done(other.swarm.settle(silent, { session, state: "ended", tokens: 0 }, other.nowMs));
    expect(gift(other)).toBeUndefined();
  });

  test("SW35 a guest that left, and one that took over, both have their part in the answer", () => {
    const s = new DrivenSwarm([model]);
    const [own, hop, asker] = [s.donor(99_000), s.donor(99_000, site), s.join()];
    s.done(s.swarm.leave(own, s.nowMs));
    const { route } = s.mustGet(asker, 300);
    const heir = s.donor(99_000, otherSite);
    s.done(s.swarm.leave(hop, s.nowMs));
    s.nowMs += 1000;
    answered(s, asker, route.session, 20);
    s.claim({ ...route, epoch: 1, hops: [{ ...route.hops[0], tab: heir, standbys: [] } as never] }, [hop]);
    s.nowMs += 1000;
    answered(s, asker, route.session, 30);
    const gifts = s.swarm.takeGifts(s.nowMs);
    expect(gifts.get(site)).toEqual({ answers: 1, tokens: 30, seconds: 0 });
    expect(gifts.get(otherSite)).toEqual({ answers: 1, tokens: 30, seconds: 2 });
  });

  test("SW35 a guest that takes over, or goes on with the next answer, and leaves before a word of it has its part too", () => {
    const s = new DrivenSwarm([model]);
    const [own, heir, asker] = [s.donor(99_000), s.donor(99_000, site), s.join()];
    const { route } = s.mustGet(asker, 300);
    s.claim({ ...route, epoch: 1, hops: [{ ...route.hops[0], tab: heir, standbys: [] } as never] }, [own]);
    s.done(s.swarm.away(heir, s.nowMs));
    s.pass(31_000, [own, asker]);
    expect(s.swarm.inspect().tabs.map(({ id }) => id)).toEqual([own, asker]);
    answered(s, asker, route.session, 20);
    expect(gift(s)).toMatchObject({ answers: 1, tokens: 20 });
    const next = s.donor(99_000, otherSite);
    s.settle(asker, route.session, "ended");
    s.done(s.swarm.leave(own, s.nowMs));
    const idle = s.mustGet(asker, 300).route;
    s.settle(asker, idle.session, "idle");
    s.mustGet(asker, 300, idle.session);
    s.done(s.swarm.leave(next, s.nowMs));
    s.nowMs += 1000;
    answered(s, asker, idle.session, 30);
    expect(gift(s, otherSite)).toMatchObject({ answers: 1, tokens: 30 });
  });

  test("SW35 a chat taken over from another coordinator counts with its next answer", () => {
    const { s, asker } = guested();
    const { route } = s.mustGet(asker, 300);
    const after = new DrivenSwarm([model]);
    for (const { tab, range } of route.hops) {
      after.back(tab, site);
      const holding = { modelId: model.id, from: range.from, to: range.to };
      after.done(after.swarm.donate(tab, offer(half, { holding }), after.nowMs));
      after.ready(tab);
    }
    after.back(asker);
    after.claim(route);
    after.nowMs += 1000;
    answered(after, asker, route.session, 40);
    expect(gift(after)).toMatchObject({ answers: 0, tokens: 0 });
    after.settle(asker, route.session, "idle");
    after.mustGet(asker, 300, route.session);
    after.nowMs += 1000;
    answered(after, asker, route.session, 40);
    expect(gift(after)).toMatchObject({ answers: 1, tokens: 40 });
  });

  test("SW35 a tab's time counts while it holds a segment ready: not while it loads, is paused or is away", () => {
    const s = new DrivenSwarm([model]);
    const guest = s.join(site);
    const seconds = () => gift(s)?.seconds ?? 0;
    s.done(s.swarm.donate(guest, offer(layer), s.nowMs));
    s.nowMs += 1000;
    expect(seconds()).toBe(0);
    s.ready(guest);
    s.nowMs += 1500;
    s.ready(guest);
    s.nowMs += 1500;
    expect(seconds()).toBe(3);
    s.nowMs += 1000;
    s.ready(guest, 10, "paused");
    s.nowMs += 1000;
    s.ready(guest);
    s.nowMs += 1000;
    expect(seconds()).toBe(2);
    s.done(s.swarm.away(guest, s.nowMs));
    s.nowMs += 1000;
    s.back(guest, otherSite);
    s.nowMs += 1000;
    s.done(s.swarm.leave(guest, s.nowMs));
    s.nowMs += 1000;
    expect(s.swarm.takeGifts(s.nowMs)).toEqual(new Map([[otherSite, { answers: 0, tokens: 0, seconds: 1 }]]));
    expect(s.swarm.takeGifts(s.nowMs).size).toBe(0);
    // A page that is another partner's now.
    const moved = s.donor(layer, site);
    s.nowMs += 1000;
    s.back(moved, otherSite);
    s.nowMs += 2000;
    expect([...s.swarm.takeGifts(s.nowMs)].map(([of, { seconds }]) => [of, seconds])).toEqual([
      [site, 1],
      [otherSite, 2],
    ]);
  });

  test("SW35 however often the counts are taken, the time is what a recount says", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed);
        const below = (n: number) => Math.floor(random() * n);
        const s = new DrivenSwarm([model]);
        const tabs = Array.from({ length: 5 }, (_, i) => s.join(i === 0 ? null : site));
        const [counted, taken] = [{ seconds: 0 }, { seconds: 0 }];
        for (let step = 0; step < 60; step++) {
          const guests = s.swarm.inspect().tabs.filter((one) => one.site === site && isServing(one));
          const ms = below(500);
          counted.seconds += (guests.length * ms) / 1000;
          s.nowMs += ms;
          const tab = tabs[below(tabs.length)] as TabId;
          [
            () => s.done(s.swarm.donate(tab, offer(below(30_000)), s.nowMs)),
            () => s.ready(tab, 10, (["steady", "slow", "paused"] as const)[below(3)]),
            () => s.done(s.swarm.away(tab, s.nowMs)),
            () => s.back(tab, tab === tabs[0] ? null : site),
            () => s.done(s.swarm.stopDonating(tab, s.nowMs)),
            () => (taken.seconds += gift(s)?.seconds ?? 0),
          ][below(6)]?.();
        }
        expect(taken.seconds + (gift(s)?.seconds ?? 0)).toBeCloseTo(counted.seconds, 6);
      }),
      { numRuns: 100 },
    );
  });
});
