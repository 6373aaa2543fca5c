import type { Donate, LayerRange, ModelId, Segment } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demoSwarmModel } from "../testing/demo-swarm-model.ts";
import { Joining } from "../testing/joining.ts";
import { offer, seeded, tabId, testModel } from "../testing/test-model.ts";
import { nestedOrApart } from "../segment/layer-cost.ts";
import { findRoute } from "../route/find-route.ts";
import { type SwarmModel, swarmModel } from "../segment/swarm-model.ts";
import { minContextTokens, smallestBudgetBytes } from "./need.ts";
import { place, type Placement, type PlaceModel } from "./place.ts";

const equal = (layers: number) => testModel(Array.from({ length: layers }, () => 10_000));
/** The q4 export of the demo model: layers of 0.46 MB, an embedding nine times as heavy, rotary caches that all share. */
function demoShape(draft: SwarmModel["draft"]): SwarmModel {
  const weights = [4_655_104, ...Array.from({ length: 10 }, () => 460_800), 1_116_160];
  const layers = weights.map((weightBytes) => ({ weightBytes, kvBytesPerToken: 1024 }));
  const rangeWeightBytes = ({ from, to }: LayerRange): number =>
    524_288 + weights.slice(from, to).reduce((sum, bytes) => sum + bytes, 0);
  return swarmModel({ ...equal(12), layers, rangeWeightBytes, draft });
}

const rangeOf = ({ node }: Placement) => [node.from, node.to];

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

describe("place", () => {
  test("SW2 a tab takes the most layers that fit, weights and the least KV, and the rest is KV", () => {
    const model = equal(4);
    const two = 2 * (10_000 + minContextTokens);
    expect(new Joining(model).join(two)).toMatchObject({ node: { from: 0, to: 2 }, kvTokens: 1000, loadBytes: 20_000 });
    expect(new Joining(model).join(two - 1)).toMatchObject({ node: { from: 0, to: 1 } });
    expect(new Joining(model).join(two + 2000)).toMatchObject({ node: { from: 0, to: 2 }, kvTokens: 2000 });
    expect(new Joining(model).join(1e12)).toMatchObject({ node: { from: 0, to: 4 }, kvTokens: 64 * 2048 });
  });

  test("SW25 the draft is loaded with the first layers where weights and KV of both fit, and is paid for", () => {
    const draft = { id: "draft" as ModelId, layerCount: 2, activation: "f32" as const, weightBytes: 5000 };
    const model = swarmModel({ ...equal(4), draft: { ...draft, kvBytesPerToken: 1 } });
    const budget = 200_000;
    const placed = new Joining(model).join(budget);
    expect(placed).toMatchObject({ node: { from: 0, to: 4 }, draft: { id: "draft" }, kvTokens: 31_000 });
    expect(placed.loadBytes).toBe(45_000);
    const segment = { modelId: "draft" as ModelId, from: 0, to: 2 };
    expect(new Joining(model).join(budget, { cached: [segment] }).loadBytes).toBe(40_000);
    // Which segment a tab gets, and the smallest budget that helps, are as without a draft.
    expect(new Joining(model).join(44_000)).toMatchObject({ node: { to: 4 }, draft: null, kvTokens: 1000 });
    expect(smallestBudgetBytes(model)).toBe(smallestBudgetBytes(equal(4)));
    const swarm = new Joining(model);
    expect(swarm.join(2 * 11_000)).toMatchObject({ node: { from: 0, to: 2 }, draft: null });
    expect(swarm.join(2 * 11_000)).toMatchObject({ node: { from: 2, to: 4 }, draft: null });
    // Layers without the embedding guess nothing, whatever the budget.
    const later = { modelId: model.id, from: 2, to: 4 };
    expect(new Joining(model).join(1e9, { holding: later }).draft).toBeNull();
  });

  test("SW28 a tab gets no layers that its browser's other tabs hold, and hears when nothing else is left", () => {
    const model = equal(4);
    const left = { modelId: model.id, from: 0, to: 2 };
    const swarm = new Joining(model, [left]);
    expect(rangeOf(swarm.join(1e9, { avoid: [left] }))).toEqual([2, 4]);
    const offered = offer(1e9, { avoid: [left, { modelId: model.id, from: 2, to: 4 }] });
    expect(place(offered, [swarm.place])).toMatchObject({ status: "refused", reason: "held-beside" });
    expect(place(offer(10, { avoid: [left] }), [swarm.place])).toMatchObject({ reason: "budget-too-small" });
    // What it holds itself is not excused, nor is another model shut out.
    expect(place(offer(1e9, { avoid: [left], holding: left }), [swarm.place])).toMatchObject({
      node: { from: 2, to: 4 },
    });
    const other = { ...left, modelId: "other" as ModelId };
    expect(place(offer(1e9, { avoid: [other], holding: left }), [swarm.place])).toMatchObject({
      node: { from: 0, to: 2 },
    });
  });

  test("SW28 what is given never overlaps what is to be avoided", () => {
    const model = equal(8);
    const range = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.integer({ min: 11_000, max: 100_000 }), (ranges, budget) => {
        const avoid = ranges.map(([from, count]) => ({ modelId: model.id, from, to: Math.min(8, from + count) }));
        const placed = place(offer(budget, { avoid }), [new Joining(model).place]);
        const node = placed.status === "refused" ? { from: 0, to: 0 } : placed.node;
        expect(placed.status === "placed" || placed.reason === "held-beside").toBe(true);
        expect(avoid.filter((one) => one.from < node.to && node.from < one.to)).toEqual([]);
      }),
    );
  });

  test("SW25 a draft takes at most half of the KV, and nothing of a device that can't compute it", () => {
    const draft = { id: "draft" as ModelId, layerCount: 2, activation: "f16" as const, weightBytes: 5000 };
    const model = swarmModel({ ...equal(4), draft: { ...draft, kvBytesPerToken: 1 } });
    fc.assert(
      fc.property(fc.integer({ min: 44_000, max: 300_000 }), fc.boolean(), (budget, f16) => {
        const placed = new Joining(model).join(budget, { f16 });
        const alone = new Joining(equal(4)).join(budget);
        if (placed.draft === null) {
          expect(placed.kvTokens).toBe(alone.kvTokens);
          return;
        }
        expect(f16).toBe(true);
        expect(placed.kvTokens).toBeGreaterThanOrEqual(Math.max(minContextTokens, alone.kvTokens * 0.5));
        expect(45_000 + placed.kvTokens * 5).toBeLessThanOrEqual(budget);
      }),
    );
    expect(new Joining(model).join(1e6, { f16: true }).draft?.id).toBe("draft");
  });

  test("SW3 each tab goes on where the one before it ended", () => {
    const swarm = new Joining(equal(7));
    expect(rangeOf(swarm.join(23_000))).toEqual([0, 2]);
    expect(rangeOf(swarm.join(34_000))).toEqual([2, 5]);
    expect(rangeOf(swarm.join(99_000))).toEqual([0, 7]);
  });

  test("SW3 every tab lifts a layer of the weakest cover", () => {
    const budgets = fc.array(fc.integer({ min: 12_000, max: 300_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 16 }),
        budgets,
        (weights, all) => {
          const swarm = new Joining(testModel(weights.map((w) => w * 1000)));
          for (const budget of all) {
            const before = swarm.cover;
            const { node } = swarm.join(budget);
            expect(Math.min(...before.slice(node.from, node.to))).toBe(Math.min(...before));
          }
        },
      ),
    );
  });

  test("SW4 budgets that together hold layers of one weight tile them, in any order", () => {
    const parts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(parts, (layers) => {
        const size = layers.reduce((sum, n) => sum + n, 0);
        const swarm = new Joining(equal(size));
        for (const n of layers) swarm.join(n * (10_000 + minContextTokens));
        expect(swarm.cover).toEqual(Array.from({ length: size }, () => 1));
        expect(swarm.held).toHaveLength(layers.length);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [9, 9, 9],
    [14, 8, 8],
    [20, 5, 5],
    [8, 8, 8, 8],
    [6.3, 6.3, 6.3, 6.3, 6.3],
    [14, 14],
    [15, 15],
  ])("SW4 the demo model's heavy embedding is placed by budgets of %j MB in every order", (...megabytes) => {
    for (const model of [demoShape(null), demoShape(demoSwarmModel({ hasDraft: true }).draft)]) {
      for (const order of permutations(megabytes)) {
        const swarm = new Joining(model);
        for (const budget of order) swarm.join(budget * 1e6);
        expect(Math.min(...swarm.cover), `${order.join()} ${model.draft?.id}`).toBe(1);
      }
    }
  });

  test("SW1 held segments are nested or apart, so that layers which are all held are a route, whoever comes and goes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, size) => {
        const random = seeded(seed);
        const swarm = new Joining(testModel(Array.from({ length: size }, () => 1000 + Math.floor(random() * 9000))));
        for (let step = 0; step < 40; step++) {
          if (random() < 0.4 && swarm.held.length > 0) swarm.held.splice(Math.floor(random() * swarm.held.length), 1);
          else swarm.join(12_000 + random() * 60_000);
          for (const a of swarm.held) for (const b of swarm.held) expect(nestedOrApart(a, b)).toBe(true);
          const holders = swarm.held.map(({ from, to }, i) => ({
            tab: tabId(i),
            range: { from, to },
            freeTokens: 100,
            active: 0,
            stepMs: 1,
            readySinceMs: 0,
            isSlow: false,
            isGuest: false,
          }));
          const layers = { from: 0, to: size };
          const { kind } = findRoute({ layers, holders, contextTokens: 1, maxActive: 8, nowMs: 0 });
          expect(kind).toBe(Math.min(...swarm.cover) > 0 ? "found" : "layers-missing");
        }
      }),
    );
  });

  test("SW5 a tab that comes back with a loaded segment keeps it, unless others overlap it in part", () => {
    const holding: Segment = { modelId: "test-model" as ModelId, from: 1, to: 3 };
    const swarm = new Joining(equal(4));
    expect(swarm.join(99_000, { holding })).toMatchObject({ node: { from: 1, to: 3 }, loadBytes: 0 });
    const crossed = new Joining(equal(4));
    crossed.held.push({ from: 0, to: 2 });
    expect(rangeOf(crossed.join(23_000, { holding }))).toEqual([2, 4]);
  });

  test("SW5 what is cached comes first among equals, and is not loaded again", () => {
    const cached: Segment[] = [{ modelId: "test-model" as ModelId, from: 2, to: 4 }];
    const swarm = new Joining(equal(4));
    expect(swarm.join(23_000, { cached })).toMatchObject({ node: { from: 2, to: 4 }, loadBytes: 0 });
    // The gap weighs more than the cache.
    expect(swarm.join(23_000, { cached })).toMatchObject({ node: { from: 0, to: 2 }, loadBytes: 20_000 });
    // A larger budget loads only the rest.
    expect(swarm.join(100_000, { cached })).toMatchObject({ node: { from: 0, to: 4 }, loadBytes: 20_000 });
  });

  test("SW20 once all layers are held, a tab doubles a range that somebody holds exactly, the one without a double first", () => {
    const swarm = new Joining(testModel([10_000, 10_000, 10_000, 10_000, 10_000, 10_000]));
    const three = 3 * (10_000 + minContextTokens);
    expect([rangeOf(swarm.join(three)), rangeOf(swarm.join(three))]).toEqual([
      [0, 3],
      [3, 6],
    ]);
    // Four layers would fit, and no tab could stand by for another.
    const four = 4 * (10_000 + minContextTokens);
    expect([rangeOf(swarm.join(four)), rangeOf(swarm.join(four))]).toEqual([
      [0, 3],
      [3, 6],
    ]);
  });

  test("SW20 a tab that can hold much more than any range that is held does", () => {
    const swarm = new Joining(equal(4));
    swarm.join(23_000);
    swarm.join(23_000);
    expect(rangeOf(swarm.join(99_000))).toEqual([0, 4]);
  });

  test("SW6 a budget that fits nothing is refused with the smallest that helps", () => {
    const model = testModel([3_000_000, 1_000_000, 2_000_000]);
    expect(smallestBudgetBytes(model)).toBe(1_001_000);
    const refused = place(offer(1_000_999), [new Joining(model).place]);
    expect(refused).toMatchObject({ status: "refused", reason: "budget-too-small" });
    expect(refused.status === "refused" && refused.message).toContain("2 MB");
    expect(place(offer(2_000_000), [new Joining(model).place]).status).toBe("placed");
  });

  test("SW7 the weakest covered model comes first, then the one that people wait for", () => {
    const [a, b] = [testModel([10, 10], "a"), testModel([10, 10], "b")];
    const at = (model: SwarmModel, tabs: number, waiting: number): PlaceModel => ({
      model,
      cover: [tabs, tabs],
      guests: [0, 0],
      held: [],
      waiting,
    });
    const chosen = (models: PlaceModel[], more: Partial<Donate> = {}) => {
      const placed = place(offer(1e6, more), models);
      return placed.status === "placed" ? placed.model.id : placed.reason;
    };
    expect(chosen([at(a, 1, 9), at(b, 0, 0)])).toBe("b");
    expect(chosen([at(a, 1, 0), at(b, 1, 2)])).toBe("b");
    expect(chosen([at(a, 1, 0), at(b, 0, 2)], { models: [a.id] })).toBe("a");
    expect(chosen([at(a, 1, 0)], { models: [b.id] })).toBe("unknown-model");
    const half = { ...b, activation: "f16" as const };
    expect(chosen([at(a, 3, 0), at(half, 0, 0)], { f16: false })).toBe("a");
    expect(chosen([at(half, 0, 0)], { f16: false })).toBe("unknown-model");
  });
});
