import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tabId, testModel } from "../testing/test-model.ts";
import { findRoute, type Holder } from "./find-route.ts";
import { largestContext } from "./largest-context.ts";

let next = 0;
/** All that were ready at 0 are old. */
const nowMs = 3_600_000;
const holder = (from: number, to: number, more: Partial<Holder> = {}): Holder => ({
  tab: tabId(++next),
  range: { from, to },
  freeTokens: 1000,
  active: 0,
  stepMs: 10,
  readySinceMs: 0,
  isSlow: false,
  isGuest: false,
  ...more,
});
const route = (holders: readonly Holder[], contextTokens = 100) =>
  findRoute({ layers: { from: 0, to: 4 }, holders, contextTokens, maxActive: 8, nowMs });
const tabsOf = (found: ReturnType<typeof route>) => (found.kind === "found" ? found.hops.map((hop) => hop.tab) : found);

describe("find route", () => {
  test("SW8 fewest hops first, then the least time", () => {
    const whole = holder(0, 4, { stepMs: 500 });
    const [left, right, quick] = [holder(0, 2), holder(2, 4), holder(2, 4, { stepMs: 2 })];
    expect(tabsOf(route([left, right, quick, whole]))).toEqual([whole.tab]);
    expect(tabsOf(route([left, right, quick]))).toEqual([left.tab, quick.tab]);
  });

  test("SW8 a hop needs room for the whole context and a free place", () => {
    const full = holder(0, 4, { freeTokens: 99 });
    const crowded = holder(0, 4, { active: 8 });
    const slow = holder(0, 4, { stepMs: 900 });
    expect(tabsOf(route([full, crowded, slow]))).toEqual([slow.tab]);
    expect(route([full, crowded])).toEqual({ kind: "all-busy" });
  });

  test("SW9 equal tabs share the chats", () => {
    const [a, b] = [holder(0, 4), holder(0, 4)];
    expect(tabsOf(route([a, { ...b, active: 1 }]))).toEqual([a.tab]);
    expect(
      tabsOf(
        route([
          { ...a, active: 2 },
          { ...b, active: 1 },
        ]),
      ),
    ).toEqual([b.tab]);
  });

  test("SW21 an old tab goes before a young one of its speed, and load still spreads", () => {
    const [old, young] = [holder(0, 4), holder(0, 4, { readySinceMs: nowMs - 1000 })];
    expect(tabsOf(route([young, old]))).toEqual([old.tab]);
    expect(tabsOf(route([young, { ...old, active: 1 }]))).toEqual([young.tab]);
    const quickest = { ...young, stepMs: 2 };
    expect(tabsOf(route([quickest, old]))).toEqual([quickest.tab]);
  });

  test("SW21 a slow tab is a hop only where no other can be, whatever the number of hops", () => {
    const slow = holder(0, 4, { isSlow: true, stepMs: 1 });
    const [left, right] = [holder(0, 2), holder(2, 4)];
    expect(tabsOf(route([slow, left, right]))).toEqual([left.tab, right.tab]);
    expect(tabsOf(route([slow, left]))).toEqual([slow.tab]);
    expect(tabsOf(route([holder(0, 2, { isSlow: true, stepMs: 1 }), left, right]))).toEqual([left.tab, right.tab]);
  });

  test("SW33 a guest is a hop only where own tabs that keep up can't be, and before slow ones, whatever the number of hops", () => {
    const guest = holder(0, 4, { isGuest: true, stepMs: 1 });
    const [left, right] = [holder(0, 2), holder(2, 4)];
    const slow = holder(2, 4, { isSlow: true });
    expect(tabsOf(route([guest, left, right]))).toEqual([left.tab, right.tab]);
    expect(tabsOf(route([guest, left, slow]))).toEqual([guest.tab]);
    expect(tabsOf(route([guest, left, { ...right, active: 8 }]))).toEqual([guest.tab]);
    const slowGuest = holder(2, 4, { isGuest: true, isSlow: true, stepMs: 1 });
    expect(tabsOf(route([left, slow, slowGuest]))).toEqual([left.tab, slow.tab]);
    expect(tabsOf(route([left, slowGuest]))).toEqual([left.tab, slowGuest.tab]);
    const [one, other] = [holder(0, 2, { isGuest: true }), holder(2, 4, { isGuest: true })];
    expect(tabsOf(route([one, other, slow, right]))).toEqual([one.tab, right.tab]);
  });

  test("SW8 SW21 SW33 no tiling has fewer slow tabs, nor as few of them and fewer guests, nor as few of both and fewer hops", () => {
    const { segments } = testModel([5, 5, 5, 5, 5, 5]);
    const holders = fc.array(
      fc
        .record({ node: fc.constantFrom(...segments), isSlow: fc.boolean(), isGuest: fc.boolean() })
        .map(({ node, ...rest }) => holder(node.from, node.to, rest)),
      { maxLength: 14 },
    );
    const weight = (hops: readonly Holder[]) =>
      hops.reduce((sum, { isSlow, isGuest }) => sum + 1 + 1e2 * Number(isGuest) + 1e4 * Number(isSlow), 0);
    fc.assert(
      fc.property(holders, (holders) => {
        const least = (at: number): number =>
          at === 6
            ? 0
            : Math.min(
                Infinity,
                ...holders.filter((h) => h.range.from === at).map((h) => weight([h]) + least(h.range.to)),
              );
        const found = findRoute({ layers: { from: 0, to: 6 }, holders, contextTokens: 100, maxActive: 8, nowMs });
        if (found.kind !== "found") expect(least(0)).toBe(Infinity);
        else {
          const hops = found.hops.map((hop) => holders.find((one) => one.tab === hop.tab) as Holder);
          expect(weight(hops)).toBe(least(0));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("SW8 where tabs that come first hold too little each for a route, as few others as do make it one", () => {
    const layers = { from: 0, to: 100 };
    const single = Array.from({ length: 100 }, (_, layer) => holder(layer, layer + 1));
    const guests = [0, 20, 40, 60, 80].map((from) => holder(from, from + 20, { isGuest: true }));
    const whole = holder(0, 100, { isSlow: true });
    const find = (holders: readonly Holder[]) => findRoute({ layers, holders, contextTokens: 1, maxActive: 8, nowMs });
    expect(find(single)).toEqual({ kind: "all-busy" });
    expect(tabsOf(find([...single, whole]))).toEqual([whole.tab]);
    const found = find([...single, ...guests, whole]);
    const tabs = new Set(found.kind === "found" ? found.hops.map(({ tab }) => tab) : []);
    // Two quarters of guests would still leave 62 hops, one 81.
    expect(guests.filter(({ tab }) => tabs.has(tab))).toHaveLength(2);
    expect(tabs.size).toBe(62);
  });

  test("SW10 missing layers are named as few ranges", () => {
    expect(route([holder(1, 2)])).toEqual({
      kind: "layers-missing",
      missing: [
        { from: 0, to: 1 },
        { from: 2, to: 4 },
      ],
    });
    expect(route([])).toEqual({ kind: "layers-missing", missing: [{ from: 0, to: 4 }] });
  });

  test("SW8 a route is found exactly when a tiling with room exists, and no tiling has fewer hops", () => {
    const model = testModel([5, 5, 5, 5, 5, 5]);
    const nodes = model.segments;
    const holders = fc.array(
      fc
        .record({ node: fc.constantFrom(...nodes), freeTokens: fc.integer({ min: 90, max: 110 }), active: fc.nat(9) })
        .map(({ node, ...rest }) => holder(node.from, node.to, rest)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(holders, (holders) => {
        const found = findRoute({ layers: { from: 0, to: 6 }, holders, contextTokens: 100, maxActive: 8, nowMs });
        const able = holders.filter((h) => h.freeTokens >= 100 && h.active < 8);
        const fewest = (at: number): number =>
          at === 6
            ? 0
            : 1 + Math.min(Infinity, ...able.filter((h) => h.range.from === at).map((h) => fewest(h.range.to)));
        if (found.kind !== "found") {
          expect(fewest(0)).toBe(Infinity);
          return;
        }
        expect(found.hops).toHaveLength(fewest(0));
        let at = 0;
        for (const hop of found.hops) {
          expect(hop.range.from).toBe(at);
          expect(able.map((h) => h.tab)).toContain(hop.tab);
          at = hop.range.to;
        }
        expect(at).toBe(6);
      }),
      { numRuns: 500 },
    );
  });

  test("SW12 the longest context that could ever be carried is the narrowest hop's of the widest tiling", () => {
    const wide = (from: number, to: number, kvTokens: number) => ({ ...holder(from, to, { freeTokens: 0 }), kvTokens });
    expect(largestContext(4, [wide(0, 2, 300)])).toBeNull();
    expect(largestContext(4, [wide(0, 2, 300), wide(2, 4, 200), wide(0, 4, 100)])).toBe(200);
    expect(largestContext(4, [wide(0, 2, 300), wide(2, 4, 200), wide(2, 3, 700), wide(3, 4, 250)])).toBe(250);
  });
});
