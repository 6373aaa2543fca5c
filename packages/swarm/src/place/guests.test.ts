import type { ModelId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findRoute } from "../route/find-route.ts";
import { nestedOrApart } from "../segment/layer-cost.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { demoSwarmModel } from "../testing/demo-swarm-model.ts";
import { Joining } from "../testing/joining.ts";
import { offer, seeded, tabId, testModel } from "../testing/test-model.ts";
import { minContextTokens, needBytes } from "./need.ts";
import { place, type Placement, type PlaceModel } from "./place.ts";

const equal = (layers: number) => testModel(Array.from({ length: layers }, () => 10_000));
/** The budget that holds as many layers of `equal`. */
const forLayers = (count: number) => count * (10_000 + minContextTokens);
const rangeOf = ({ node }: Placement) => [node.from, node.to];
const large = 1e9;

describe("guests are placed", () => {
  test("SW34 where layers are missing a guest takes the heaviest of at most a quarter of them, whatever its budget", () => {
    const swarm = new Joining(equal(12));
    expect(Array.from({ length: 4 }, () => rangeOf(swarm.joinGuest(large)))).toEqual([
      [0, 3],
      [3, 6],
      [6, 9],
      [9, 12],
    ]);
    expect(rangeOf(new Joining(equal(12)).joinGuest(forLayers(2)))).toEqual([0, 2]);
    expect(rangeOf(new Joining(testModel([1000, 1000, 1000, 9000])).joinGuest(large))).toEqual([3, 4]);
  });

  test("SW34 where no segment is so small the lightest that fits is a guest's", () => {
    const swarm = new Joining(testModel([3000, 1000, 2000]));
    expect(Array.from({ length: 3 }, () => rangeOf(swarm.joinGuest(large)))).toEqual([
      [1, 2],
      [2, 3],
      [0, 1],
    ]);
  });

  test("SW34 where all layers are held a guest doubles the lightest segment, of those that have the fewest doubles", () => {
    const swarm = new Joining(equal(12), [
      { from: 0, to: 7 },
      { from: 7, to: 12 },
      { from: 0, to: 12 },
    ]);
    expect(rangeOf(swarm.joinGuest(large))).toEqual([7, 12]);
    expect(rangeOf(swarm.joinGuest(large))).toEqual([0, 7]);
    expect(rangeOf(swarm.joinGuest(large))).toEqual([7, 12]);
    // What it has already is the lightest of all.
    const cached = [{ modelId: equal(12).id, from: 0, to: 7 }];
    swarm.leave(5);
    swarm.leave(4);
    swarm.leave(3);
    expect(swarm.joinGuest(large, { cached })).toMatchObject({ node: { from: 0, to: 7 }, loadBytes: 0 });
  });

  test("SW34 guests that can double no segment take small ones of their own, and double each other then", () => {
    const swarm = new Joining(equal(12), [{ from: 0, to: 12 }]);
    const some = forLayers(5);
    expect(Array.from({ length: 5 }, () => rangeOf(swarm.joinGuest(some)))).toEqual([
      [0, 3],
      [3, 6],
      [6, 9],
      [9, 12],
      [0, 3],
    ]);
  });

  test("SW34 a guest does not double where what is held would be more hops than a route may have", () => {
    const single = Array.from({ length: 80 }, (_, layer) => ({ from: layer, to: layer + 1 }));
    const swarm = new Joining(equal(80), single);
    expect(rangeOf(swarm.joinGuest(forLayers(10)))).toEqual([0, 10]);
    expect(rangeOf(swarm.joinGuest(large))).toEqual([10, 30]);
    // 61 hops by now.
    expect(rangeOf(swarm.joinGuest(large))).toEqual([30, 31]);
  });

  test("SW34 a guest gets no draft, and the KV is all its own", () => {
    const model = demoSwarmModel({ hasDraft: true });
    const whole = { modelId: model.id, from: 0, to: model.layers.length };
    const swarm = new Joining(model);
    const kept = place(offer(large, { holding: whole }), [swarm.place], true);
    const own = place(offer(large, { holding: whole }), [swarm.place]);
    expect(own).toMatchObject({ draft: { id: "swarm-demo-draft-1m-q4" } });
    expect(kept).toMatchObject({ node: { from: 0, to: 12 }, draft: null });
    expect(swarm.joinGuest(20e6)).toMatchObject({ node: { from: 0 }, draft: null });
  });

  test("SW5 SW34 a guest that comes back keeps what it holds, though a new one would get less", () => {
    const holding = { modelId: "test-model" as ModelId, from: 0, to: 6 };
    expect(new Joining(equal(12)).joinGuest(large, { holding })).toMatchObject({ node: { to: 6 }, loadBytes: 0 });
  });

  test("SW34 guests before them take nothing from the swarm's own tabs: these hold all layers when the guests are gone", () => {
    const swarm = new Joining(equal(12));
    swarm.joinGuest(large);
    expect(rangeOf(swarm.join(forLayers(8)))).toEqual([4, 12]);
    expect(rangeOf(swarm.join(forLayers(8)))).toEqual([0, 4]);
    swarm.leave(0);
    expect(swarm.isCovered).toBe(true);
    // Of equal segments one that nobody holds, no guest either.
    const other = new Joining(equal(12));
    other.joinGuest(large);
    expect(rangeOf(other.join(forLayers(9)))).toEqual([3, 12]);
    expect(other.isCovered).toBe(true);
  });

  test("SW7 SW34 a model that guests hold alone comes before one that others hold, and after one that nobody does", () => {
    const models = ["a", "b", "c"].map((id) => testModel([10, 10], id));
    const at = (tabs: number, guests: number, i: number): PlaceModel => ({
      model: models[i] as SwarmModel,
      cover: [tabs, tabs],
      guests: [guests, guests],
      held: [],
      waiting: 0,
    });
    const chosen = (of: PlaceModel[], isGuest = false) => {
      const placed = place(offer(1e6), of, isGuest);
      return placed.status === "placed" ? placed.model.id : placed.reason;
    };
    expect(chosen([at(1, 0, 0), at(0, 3, 1), at(0, 0, 2)])).toBe("c");
    expect(chosen([at(1, 0, 0), at(0, 3, 1)])).toBe("b");
    expect(chosen([at(1, 0, 0), at(0, 3, 1)], true)).toBe("a");
  });

  test("SW1 SW34 guests and others who come and go leave nothing missing that one of them could hold, nested or apart", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, size) => {
        const random = seeded(seed);
        const model = testModel(Array.from({ length: size }, () => 1000 + Math.floor(random() * 9000)));
        const swarm = new Joining(model);
        for (let step = 0; step < 40; step++) {
          const { held } = swarm;
          if (random() < 0.3 && held.length > 0) {
            swarm.leave(Math.floor(random() * held.length));
            continue;
          }
          const isGuest = random() < 0.7;
          const budget = 2000 + random() * 60_000;
          const { cover, guests } = swarm.place;
          const missing = cover.map((tabs, layer) => tabs === 0 && (!isGuest || guests[layer] === 0));
          const fitting = model.segments.filter((one) => one.to - one.from === 1 && needBytes(model, one) <= budget);
          if (fitting.length === 0) continue;
          const { node } = isGuest ? swarm.joinGuest(budget) : swarm.join(budget);
          // Less is missing after everybody who could help.
          if (fitting.some(({ from }) => missing[from])) expect(missing.slice(node.from, node.to)).toContain(true);
          for (const other of swarm.held) expect(nestedOrApart(node, other)).toBe(true);
        }
      }),
    );
  });

  test("SW34 a dozen guests hold the demo model among them, with any budgets that can hold its embedding", () => {
    const model = demoSwarmModel({ hasDraft: true });
    const least = needBytes(model, model.segments[0] ?? model.whole);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: Math.ceil(least), max: 1e9 }), { minLength: 12, maxLength: 12 }),
        (budgets) => {
          const swarm = new Joining(model);
          for (const budget of budgets) swarm.joinGuest(budget);
          expect(swarm.isCovered).toBe(true);
          const holders = swarm.held.map((range, i) => ({
            tab: tabId(i),
            range,
            freeTokens: 1000,
            active: 0,
            stepMs: 1,
            readySinceMs: 0,
            isSlow: false,
            isGuest: true,
          }));
          const layers = { from: 0, to: model.layers.length };
          expect(findRoute({ layers, holders, contextTokens: 1, maxActive: 1, nowMs: 0 }).kind).toBe("found");
        },
      ),
      { numRuns: 50 },
    );
  });
});
