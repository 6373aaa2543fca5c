import type { LayerRange, ModelId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SwarmModel, swarmModel } from "../segment/swarm-model.ts";
import { demoSwarmModel } from "../testing/demo-swarm-model.ts";
import { Joining } from "../testing/joining.ts";
import { offer, testModel } from "../testing/test-model.ts";
import { minContextTokens } from "./need.ts";
import { place, type Placement } from "./place.ts";

const withDraft = demoSwarmModel({ hasDraft: true });
const withoutDraft = demoSwarmModel({ hasDraft: false });
const rangeOf = ({ node }: Placement) => [node.from, node.to];

/** Tabs of one budget that join until every layer is held; Infinity where that never comes. */
function tabsToCover(model: SwarmModel, budgetBytes: number, held: readonly LayerRange[] = []): number {
  const swarm = new Joining(model, held);
  for (let tabs = 0; tabs <= model.layers.length; tabs++) {
    if (swarm.isCovered) return tabs;
    if (place(offer(budgetBytes), [swarm.place]).status === "refused") return Infinity;
    swarm.join(budgetBytes);
  }
  return Infinity;
}

describe("room for a draft", () => {
  // What the first two tabs of one budget held before SW32 is beside each line: no draft in any but the last.
  test.each<[megabytes: number, first: number[], hasDraft: boolean, second: number[] | null]>([
    [13, [0, 5], false, [5, 12]],
    [14, [0, 6], false, [6, 12]],
    [15, [0, 3], true, [3, 12]], // 0–6, 6–12
    [16, [0, 4], true, [4, 12]], // 0–7, 7–12
    [17, [0, 5], true, [5, 12]], // 0–8, 8–12
    [18, [0, 5], true, [5, 12]], // 0–8, 8–12
    [19, [0, 6], true, [6, 12]], // 0–9, 9–12
    [20, [0, 7], true, [7, 12]], // 0–10, 10–12
    [21, [0, 7], true, [7, 12]], // 0–10, 10–12
    [22, [0, 8], true, [8, 12]], // 0–11, 11–12
    [23, [0, 9], true, [9, 12]], // 0–11, 11–12
    [24, [0, 12], false, null],
    [28, [0, 12], false, null],
    [29, [0, 12], true, null], // the same
  ])("SW32 the demo model's draft has room in one of two tabs of %i MB each: %j, %j, %j", (...line) => {
    const [megabytes, first, hasDraft, second] = line;
    const swarm = new Joining(withDraft);
    const placed = swarm.join(megabytes * 1e6);
    expect(rangeOf(placed)).toEqual(first);
    expect(placed.draft !== null).toBe(hasDraft);
    expect(placed.kvTokens).toBeGreaterThanOrEqual(minContextTokens);
    if (second !== null) {
      const last = swarm.join(megabytes * 1e6);
      expect(rangeOf(last)).toEqual(second);
      expect(last).toMatchObject({ draft: null });
    }
    expect(swarm.isCovered).toBe(true);
  });

  test("SW32 the demo model takes as many tabs of one budget as without its draft, at every budget", () => {
    for (let kilobytes = 6300; kilobytes <= 31_000; kilobytes += 100) {
      const tabs = tabsToCover(withoutDraft, kilobytes * 1000);
      expect(tabs).toBeLessThan(Infinity);
      expect(tabsToCover(withDraft, kilobytes * 1000), `${kilobytes} kB`).toBe(tabs);
    }
  });

  test("SW32 tabs of one budget cover a model with as few of them as without a draft, whatever is held already", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 14 });
    const draftOf = fc.record({
      weight: fc.integer({ min: 1, max: 12 }),
      kvBytesPerToken: fc.integer({ max: 6, min: 0 }),
    });
    const others = fc.array(fc.record({ budget: fc.integer({ min: 2, max: 60 }), leaves: fc.boolean() }), {
      maxLength: 8,
    });
    // A budget that holds any one layer, so that tabs of it cover the model at last.
    fc.assert(
      fc.property(weights, fc.nat({ max: 20_000 }), draftOf, others, fc.nat({ max: 60_000 }), (...drawn) => {
        const [each, embedding, { weight, kvBytesPerToken }, joined, more] = drawn;
        const plain = testModel(each.map((one, layer) => one * 1000 + (layer === 0 ? embedding : 0)));
        const draft = { id: "draft" as ModelId, layerCount: 1, activation: "f32" as const, weightBytes: weight * 1000 };
        const guessing = swarmModel({ ...plain, draft: { ...draft, kvBytesPerToken } });
        const swarm = new Joining(plain);
        const staying: LayerRange[] = [];
        for (const { budget, leaves } of joined) {
          if (place(offer(budget * 1000), [swarm.place]).status === "refused") continue;
          const { node } = swarm.join(budget * 1000);
          if (!leaves) staying.push(node);
        }
        const heaviest = Math.max(...plain.layers.map(({ weightBytes }) => weightBytes));
        const budget = heaviest + minContextTokens + more;
        const tabs = tabsToCover(plain, budget, staying);
        expect(tabs).toBeLessThan(Infinity);
        expect(tabsToCover(guessing, budget, staying)).toBeLessThanOrEqual(tabs);
      }),
      { numRuns: 500 },
    );
  });

  test("SW32 a tab that comes back to fewer layers and a draft, or stands by for them, has the draft too", () => {
    const swarm = new Joining(withDraft);
    const [first, second] = [swarm.join(15e6), swarm.join(15e6)];
    const holding = { modelId: withDraft.id, from: 0, to: 3 };
    const back = place(offer(15e6, { holding }), [new Joining(withDraft, [second.node]).place]);
    expect(back).toMatchObject({ status: "placed", node: first.node, draft: first.draft, kvTokens: first.kvTokens });
    swarm.join(15e6);
    expect(swarm.join(15e6)).toMatchObject({ node: { from: 0, to: 3 }, draft: first.draft });
    // It begins with what an earlier visit left in its cache, were that more layers.
    const cached = [{ modelId: withDraft.id, from: 0, to: 6 }];
    expect(rangeOf(new Joining(withDraft).join(15e6, { cached }))).toEqual([0, 3]);
  });

  test("SW32 nothing is left out for a draft where that leaves a gap, nor once all layers are held", () => {
    const half = { from: 6, to: 12 };
    expect(new Joining(withDraft, [half]).join(15e6)).toMatchObject({ node: { from: 0, to: 6 }, draft: null });
    const whole = { from: 0, to: 12 };
    expect(new Joining(withDraft, [whole]).join(24e6)).toMatchObject({ node: whole, draft: null });
    // Nor where tabs like this one never hold the rest: the last layer is too heavy for them.
    const topHeavy = swarmModel({ ...testModel([9000, 9000, 90_000]), draft: { ...draftOf(2000) } });
    expect(new Joining(topHeavy).join(21_000)).toMatchObject({ node: { from: 0, to: 2 }, draft: null });
  });

  test("SW32 a smaller tab may not hold what a larger one left out for its draft, and then a third one does", () => {
    const swarm = new Joining(withDraft);
    expect(swarm.join(15e6).draft).not.toBeNull();
    swarm.join(14e6);
    expect(swarm.isCovered).toBe(false);
    swarm.join(6e6);
    expect(swarm.isCovered).toBe(true);
  });
});

function draftOf(weightBytes: number): NonNullable<SwarmModel["draft"]> {
  return { id: "draft" as ModelId, layerCount: 1, activation: "f32", weightBytes, kvBytesPerToken: 0 };
}
