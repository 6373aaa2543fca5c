import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LapMeter } from "./lap-meter.ts";
import { expectedTokens, type LapEstimates, planLap } from "./lap-plan.ts";
import { lookUp } from "./lookup.ts";

/** Two hops on a GPU: a second row is free, more cost twice as much. */
const gpu: LapEstimates = {
  acceptance: 0.7,
  guessMs: 1,
  travelMs: 40,
  computeMs: (rows) => (rows <= 2 ? 12 : 26),
  hops: 2,
};

describe("a plan", () => {
  test("SD7 carries no guesses where these cost more than they gain", () => {
    expect(planLap({ ...gpu, acceptance: 0.02 }).guesses).toBe(0);
    expect(planLap({ ...gpu, travelMs: 0, guessMs: 30 }).guesses).toBe(0);
    expect(planLap({ ...gpu, travelMs: 0, computeMs: (rows) => 12 * rows, acceptance: 0.5 }).guesses).toBe(0);
  });

  test("SD7 is wider the longer the way", () => {
    const near = planLap({ ...gpu, travelMs: 1 });
    const far = planLap({ ...gpu, travelMs: 100 });
    expect(far.guesses).toBeGreaterThan(near.guesses);
    expect(planLap({ ...gpu, acceptance: 0.4, travelMs: 1 }).guesses).toBe(1);
  });

  test("SD8 has more than one lap under way only above four right in five", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (acceptance, travelMs, guessMs, hops) => {
          const plan = planLap({ ...gpu, acceptance, travelMs, guessMs, hops });
          if (acceptance <= 0.8) expect(plan.laps).toBe(1);
          expect(plan.laps).toBeLessThanOrEqual(8);
          expect(plan.guesses).toBeLessThanOrEqual(23);
          expect(plan.tokensPerSecond).toBeGreaterThanOrEqual(1000 / (travelMs + 12) - 1e-9);
        },
      ),
    );
    expect(planLap({ ...gpu, acceptance: 0.97 }).laps).toBeGreaterThan(1);
  });

  test("SD7 expects (1 - a^(k+1)) / (1 - a) tokens of k guesses", () => {
    expect(expectedTokens(0, 5)).toBe(1);
    expect(expectedTokens(1, 5)).toBe(6);
    expect(expectedTokens(0.5, 2)).toBeCloseTo(1.75);
  });
});

describe("measured laps", () => {
  test("SD7 give the cost of every width: measured, in between, or beyond", () => {
    const meter = new LapMeter();
    expect(meter.knows).toBe(false);
    meter.add({ rows: 1, aloneMs: 52, computeMs: 12, waitMs: 0 });
    expect(meter.knows).toBe(true);
    expect(meter.travelMs).toBe(40);
    expect(meter.computeMs(2)).toBeCloseTo(13.2);
    meter.add({ rows: 5, aloneMs: null, computeMs: 28, waitMs: 0 });
    expect(meter.computeMs(3)).toBeCloseTo(20);
    expect(meter.computeMs(5)).toBe(28);
    expect(meter.travelMs).toBe(40);
  });

  test("SD9 tell how much of their time rows wait for others", () => {
    const meter = new LapMeter();
    for (let i = 0; i < 12; i++) meter.add({ rows: 1, aloneMs: 30, computeMs: 10, waitMs: 10 });
    expect(meter.waitShare).toBeGreaterThan(0.9);
  });
});

describe("a lookup", () => {
  test("SD6 finds what followed the longest earlier match, the latest of equal ones", () => {
    expect(lookUp([1, 2, 3, 9, 5, 2, 3, 8, 7, 2, 3], 2)).toEqual({ ids: [8, 7], match: 2 });
    expect(lookUp([1, 2, 3, 9, 5, 2, 3, 8, 7, 1, 2, 3], 2)).toEqual({ ids: [9, 5], match: 3 });
  });

  test("SD6 takes one token that came before for chance", () => {
    expect(lookUp([4, 1, 5, 1], 3)).toBeNull();
    expect(lookUp([], 3)).toBeNull();
    expect(lookUp([1, 2, 1, 2], 0)).toBeNull();
  });

  test("SD6 goes on with itself where the text ends", () => {
    expect(lookUp([7, 1, 2, 1, 2, 1, 2], 5)?.ids).toEqual([1, 2, 1, 2, 1]);
  });

  test("SD6 gives as many ids as asked for, all of them from the text", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 24 }), (ids, count) => {
        const found = lookUp(ids, count);
        if (found === null) return;
        expect(found.ids).toHaveLength(count);
        for (const id of found.ids) expect(ids).toContain(id);
      }),
    );
  });
});
