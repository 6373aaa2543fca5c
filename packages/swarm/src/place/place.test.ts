import type { Donate, ModelId, Segment } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offer, testModel } from "../testing/test-model.ts";
import { nodesOf, type SegmentNode } from "../tree/segment-tree.ts";
import type { SwarmModel } from "../tree/swarm-model.ts";
import { needBytes, smallestBudgetBytes } from "./need.ts";
import { place, type Placement, type PlaceModel } from "./place.ts";

/** Donors that join one after the other and stay. */
class Joining {
  readonly model: SwarmModel;
  readonly cover: number[];
  readonly budgets: number[] = [];
  constructor(model: SwarmModel) {
    this.model = model;
    this.cover = model.layers.map(() => 0);
  }
  get place(): PlaceModel {
    return { model: this.model, cover: this.cover, budgetsBytes: this.budgets, waiting: 0 };
  }
  join(budgetBytes: number, more: Partial<Donate> = {}): Placement {
    const placed = place(offer(budgetBytes, more), [this.place]);
    if (placed.status === "refused") throw new Error(placed.message);
    for (let layer = placed.node.from; layer < placed.node.to; layer++)
      this.cover[layer] = (this.cover[layer] ?? 0) + 1;
    this.budgets.push(budgetBytes);
    return placed;
  }
}

const equal = (layers: number) => testModel(Array.from({ length: layers }, () => 10_000));
const rangeOf = ({ node }: Placement) => [node.from, node.to];

/** Cuts the tree at random into nodes that tile it. */
function tiling(node: SegmentNode, cut: () => boolean): SegmentNode[] {
  if (node.halves === null || !cut()) return [node];
  return [...tiling(node.halves[0], cut), ...tiling(node.halves[1], cut)];
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

describe("place", () => {
  test("SW2 a tab takes the largest node that fits, weights and a short chat's KV, and the rest is KV", () => {
    const model = equal(4);
    const half = needBytes(model, model.tree.halves?.[0] ?? model.tree);
    expect(half).toBe(2 * 10_000 + 2 * 512);
    expect(new Joining(model).join(half)).toMatchObject({ node: { from: 0, to: 2 }, kvTokens: 512, loadBytes: 20_000 });
    expect(new Joining(model).join(half - 1)).toMatchObject({ node: { from: 0, to: 1 } });
    expect(new Joining(model).join(half + 2000)).toMatchObject({ node: { from: 0, to: 2 }, kvTokens: 1512 });
    expect(new Joining(model).join(1e12)).toMatchObject({ node: { from: 0, to: 4 }, kvTokens: 64 * 2048 });
  });

  test("SW3 a half goes to the half that is free", () => {
    const swarm = new Joining(equal(4));
    expect(rangeOf(swarm.join(11_000))).toEqual([0, 1]);
    expect(rangeOf(swarm.join(22_000))).toEqual([2, 4]);
    expect(rangeOf(swarm.join(11_000))).toEqual([1, 2]);
  });

  test("SW3 tabs of one budget fill every gap before they double", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 16 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, share) => {
          const model = testModel(weights.map((w) => w * 1000));
          const heaviestLeaf = Math.max(
            ...[...nodesOf(model.tree)].filter((n) => n.halves === null).map((n) => needBytes(model, n)),
          );
          const budget = heaviestLeaf + share * (needBytes(model, model.tree) - heaviestLeaf);
          const swarm = new Joining(model);
          for (let tab = 0; tab < 3 * weights.length; tab++) {
            swarm.join(budget);
            expect(Math.max(...swarm.cover) - Math.min(...swarm.cover)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("SW4 half, quarter and quarter tile in every order", () => {
    const model = equal(12);
    for (const budgets of permutations([6, 3, 3].map((layers) => layers * 10_512))) {
      const swarm = new Joining(model);
      for (const budget of budgets) swarm.join(budget);
      expect(swarm.cover, budgets.join()).toEqual(model.layers.map(() => 1));
    }
  });

  test("SW4 half, quarter and quarter tile in every order when the ends are heavier", () => {
    // The demo model's shape: embedding and head share weights that weigh about a layer.
    const model = testModel([19, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 19].map((w) => w * 1000));
    const at = (depth: number) => [...nodesOf(model.tree)].filter((n) => n.depth === depth);
    const most = (depth: number) => Math.max(...at(depth).map((n) => needBytes(model, n)));
    for (const slack of [1, 1.05, 1.2]) {
      for (const budgets of permutations([most(1), most(2), most(2)].map((bytes) => bytes * slack))) {
        const swarm = new Joining(model);
        for (const budget of budgets) swarm.join(budget);
        expect(Math.min(...swarm.cover), budgets.join()).toBe(1);
      }
    }
  });

  test("SW4 budgets that could tile equal layers do tile them, in any order", () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 4, 8, 16, 32), fc.infiniteStream(fc.boolean()), fc.nat(), (size, cuts, seed) => {
        const model = equal(size);
        const nodes = tiling(model.tree, () => cuts.next().value ?? false);
        const order = nodes.toSorted((a, b) => ((a.from * 7919 + seed) % 101) - ((b.from * 7919 + seed) % 101));
        const swarm = new Joining(model);
        for (const node of order) swarm.join(needBytes(model, node));
        expect(swarm.cover).toEqual(model.layers.map(() => 1));
      }),
      { numRuns: 300 },
    );
  });

  test("SW5 what is cached comes first among equals, and is not loaded again", () => {
    const cached: Segment[] = [{ modelId: "test-model" as ModelId, from: 2, to: 4 }];
    const swarm = new Joining(equal(4));
    expect(swarm.join(22_000, { cached })).toMatchObject({ node: { from: 2, to: 4 }, loadBytes: 0 });
    // The gap weighs more than the cache.
    expect(swarm.join(22_000, { cached })).toMatchObject({ node: { from: 0, to: 2 }, loadBytes: 20_000 });
    // A larger budget loads only the rest.
    expect(swarm.join(100_000, { cached })).toMatchObject({ node: { from: 0, to: 4 }, loadBytes: 20_000 });
  });

  test("SW6 a budget that fits nothing is refused with the smallest that helps", () => {
    const model = testModel([3_000_000, 1_000_000, 2_000_000]);
    expect(smallestBudgetBytes(model)).toBe(1_000_512);
    const refused = place(offer(1_000_511), [new Joining(model).place]);
    expect(refused).toMatchObject({ status: "refused", reason: "budget-too-small" });
    expect(refused.status === "refused" && refused.message).toContain("2 MB");
    expect(place(offer(2_000_000), [new Joining(model).place]).status).toBe("placed");
  });

  test("SW7 the weakest covered model comes first, then the one that people wait for", () => {
    const [a, b] = [testModel([10, 10], "a"), testModel([10, 10], "b")];
    const at = (model: SwarmModel, tabs: number, waiting: number): PlaceModel => ({
      model,
      cover: [tabs, tabs],
      budgetsBytes: [],
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
