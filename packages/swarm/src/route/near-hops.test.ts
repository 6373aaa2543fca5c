import type { TabId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Coordinate } from "../near/coordinate.ts";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { seeded, tabId, testModel } from "../testing/test-model.ts";
import { findRoute, type Holder } from "./find-route.ts";
import type { Near } from "./near-hops.ts";

const nowMs = 3_600_000;
const layers = { from: 0, to: 4 };
const holder = (tab: TabId, from: number, to: number, more: Partial<Holder> = {}): Holder => ({
  tab,
  range: { from, to },
  freeTokens: 1000,
  active: 0,
  stepMs: 10,
  readySinceMs: 0,
  isSlow: false,
  isGuest: false,
  ...more,
});
const find = (holders: readonly Holder[], near: Near | undefined) =>
  findRoute({ layers, holders, contextTokens: 100, maxActive: 8, nowMs, near });
const tabsOf = (found: ReturnType<typeof find>): readonly TabId[] =>
  found.kind === "found" ? found.hops.map(({ tab }) => tab) : [];

/** Tabs on a line, this many ms one way from each other; known all of them. */
function onALine(line: ReadonlyMap<TabId, number>, asker: TabId): Near {
  const of = (tab: TabId): Coordinate => ({ x: 2 * (line.get(tab) ?? 0), y: 0, z: 0, height: 0, error: 0 });
  return { places: { of }, around: { kind: "ring", asker } };
}

describe("near hops", () => {
  test("SW26 equal tabs are chosen near each other and near the asker", () => {
    const [asker, a, b, c, d] = [tabId(1), tabId(2), tabId(3), tabId(4), tabId(5)];
    const places = new Map([asker, a, b, c, d].map((tab, i) => [tab, [100, 0, 101, 1, 102][i] ?? 0]));
    const holders = [holder(a, 0, 2), holder(b, 0, 2), holder(c, 2, 4), holder(d, 2, 4)];
    expect(tabsOf(find(holders, onALine(places, asker)))).toEqual([b, d]);
    places.set(asker, 0);
    expect(tabsOf(find(holders, onALine(places, asker)))).toEqual([a, c]);
  });

  test("SW26 hops stay together also where the asker is elsewhere and only half of the model is near it", () => {
    const [asker, a, b, c] = [tabId(1), tabId(2), tabId(3), tabId(4)];
    const places = new Map([asker, a, b, c].map((tab, i) => [tab, [0, 1, 100, 101][i] ?? 0]));
    const holders = [holder(a, 0, 2), holder(b, 0, 2), holder(c, 2, 4)];
    expect(tabsOf(find(holders, onALine(places, asker)))).toEqual([b, c]);
  });

  test("SW8 near tabs change neither the fewest slow tabs nor the fewest hops", () => {
    const [asker, far, a, b] = [tabId(1), tabId(2), tabId(3), tabId(4)];
    const places = new Map([asker, far, a, b].map((tab, i) => [tab, [0, 900, 0, 0][i] ?? 0]));
    expect(tabsOf(find([holder(far, 0, 4), holder(a, 0, 2), holder(b, 2, 4)], onALine(places, asker)))).toEqual([far]);
    const slow = holder(a, 0, 4, { isSlow: true, stepMs: 1 });
    expect(tabsOf(find([slow, holder(far, 0, 4)], onALine(places, asker)))).toEqual([far]);
  });

  test("SW33 a guest is no hop for being near", () => {
    const [asker, far, a, b] = [tabId(1), tabId(2), tabId(3), tabId(4)];
    const places = new Map([asker, far, a, b].map((tab, i) => [tab, [0, 900, 0, 0][i] ?? 0]));
    const guest = holder(a, 0, 4, { isGuest: true, stepMs: 1 });
    expect(tabsOf(find([guest, holder(far, 0, 4)], onALine(places, asker)))).toEqual([far]);
    const halves = [holder(far, 0, 2), holder(a, 0, 2, { isGuest: true }), holder(b, 2, 4, { isGuest: true })];
    expect(tabsOf(find(halves, onALine(places, asker)))).toEqual([far, b]);
  });

  test("SW26 a busy near tab gives way to an idle one that is farther, once taking turns costs more", () => {
    const [asker, near, far] = [tabId(1), tabId(2), tabId(3)];
    const places = new Map([asker, near, far].map((tab, i) => [tab, [0, 0, 40][i] ?? 0]));
    const [idle, busy] = [holder(far, 0, 4), holder(near, 0, 4, { active: 1 })];
    expect(tabsOf(find([idle, { ...busy, active: 0 }], onALine(places, asker)))).toEqual([near]);
    expect(tabsOf(find([idle, busy], onALine(places, asker)))).toEqual([far]);
  });

  test("SW24 a gap is filled near the hops that stay", () => {
    const [before, after, a, b] = [tabId(1), tabId(2), tabId(3), tabId(4)];
    const places = new Map([before, after, a, b].map((tab, i) => [tab, [100, 110, 0, 105][i] ?? 0]));
    const near: Near = { ...onALine(places, before), around: { kind: "between", before, after } };
    expect(tabsOf(find([holder(a, 0, 4), holder(b, 0, 4)], near))).toEqual([b]);
  });

  test("SW26 a route is never longer a lap than the one that knows no distances, and the best of all in small swarms mostly", () => {
    let best = 0;
    let all = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed);
        const asker = tabId(1);
        const places = new Map<TabId, number>([[asker, random() * 100]]);
        const holders = Array.from({ length: 9 }, (_, i) => {
          const tab = tabId(i + 2);
          places.set(tab, random() * 100);
          const [from, to] = [
            [0, 1],
            [1, 3],
            [3, 4],
          ][i % 3] ?? [0, 4];
          return holder(tab, from ?? 0, to ?? 4, { stepMs: 5 + random() * 20 });
        });
        const near = onALine(places, asker);
        const between = (a: TabId, b: TabId): number => Math.abs((places.get(a) ?? 0) - (places.get(b) ?? 0));
        const lap = (tabs: readonly TabId[]): number => {
          const [a = asker, b = asker, c = asker] = tabs;
          const steps = tabs.reduce((sum, tab) => sum + (holders.find((one) => one.tab === tab)?.stepMs ?? 0), 0);
          return steps + between(a, b) + between(b, c) + between(c, a) + (between(asker, a) + between(c, asker)) / 10;
        };
        const mine = lap(tabsOf(find(holders, near)));
        expect(mine).toBeLessThanOrEqual(lap(tabsOf(find(holders, undefined))) + 1e-6);
        const of = (from: number) => holders.filter(({ range }) => range.from === from).map(({ tab }) => tab);
        const every = of(0).flatMap((a) => of(1).flatMap((b) => of(3).map((c) => lap([a, b, c]))));
        all += 1;
        if (mine <= Math.min(...every) + 1e-6) best += 1;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(best / all).toBeGreaterThan(0.8);
  });

  test("SW26 in a swarm of two far clusters a chat's hops and standbys are where its asker is, once links were measured", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed);
        const s = new DrivenSwarm([testModel([10_000, 10_000, 10_000, 10_000])]);
        const donors = Array.from({ length: 16 }, () => s.donor(22_000));
        const askers = Array.from({ length: 4 }, () => s.join());
        const tabs = [...donors, ...askers];
        // Which cluster has nothing to do with who holds what.
        const side = new Map(tabs.map((tab, i) => [tab, i % 4 < 2 ? 0 : 1]));
        for (let round = 0; round < 12; round++) {
          for (const tab of tabs) {
            const others = Array.from({ length: 5 }, () => tabs[Math.floor(random() * tabs.length)] ?? tab);
            const links = [...new Set(others)].filter((other) => other !== tab);
            const told = links.map((other) => ({
              tab: other,
              ms: (side.get(tab) === side.get(other) ? 10 : 150) * (0.9 + random() * 0.2),
            }));
            s.done(s.swarm.measured(tab, { links: told }));
          }
        }
        for (const asker of askers) {
          const { route } = s.mustGet(asker, 100);
          const sides = route.hops.map(({ tab }) => side.get(tab));
          expect(sides).toEqual(sides.map(() => side.get(asker)));
          const standbys = route.hops.flatMap((hop) => hop.standbys);
          expect(standbys.map((tab) => side.get(tab))).toEqual(standbys.map(() => side.get(asker)));
        }
      }),
      { numRuns: 15 },
    );
  });

  test("SW26 each tab's place is looked up once a route, in a swarm of 2,000 too", () => {
    const asker = tabId(1);
    const holders = Array.from({ length: 2000 }, (_, i) => holder(tabId(i + 2), i % 4, (i % 4) + 1));
    const random = seeded(5);
    const near = onALine(new Map(holders.map(({ tab }) => [tab, random() * 100])), asker);
    let asked = 0;
    const of = (tab: TabId): Coordinate | undefined => {
      asked += 1;
      return near.places.of(tab);
    };
    expect(find(holders, { ...near, places: { of } }).kind).toBe("found");
    expect(asked).toBeLessThan(holders.length + 10);
  });
});
