import fc from "fast-check";
import { expect, test } from "vitest";
import type { SampleRequest } from "../shard-runner.ts";
import { sample } from "./sample.ts";

const plain: SampleRequest = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  seed: 7,
  position: 0,
  penalised: [],
};

/** Every token that comes up over many positions. */
function support(logits: readonly number[], change: Partial<SampleRequest>, draws = 4000): number[] {
  const seen = new Set<number>();
  const values = Float32Array.from(logits);
  for (let position = 0; position < draws; position++) seen.add(sample(values, { ...plain, ...change, position }));
  return [...seen].sort((a, b) => a - b);
}

const logitsOf = (...probabilities: number[]): number[] => probabilities.map(Math.log);

test("EN11 temperature 0 takes the first of the largest logits", () => {
  expect(sample(Float32Array.of(1, 3, 3, 2), { ...plain, temperature: 0 })).toBe(1);
});

test("EN11 the penalty divides positive logits and multiplies negative ones, once an id", () => {
  const greedy = { ...plain, temperature: 0, repetitionPenalty: 2 };
  expect(sample(Float32Array.of(4, 3, 1), { ...greedy, penalised: [0, 0] })).toBe(1);
  // 4 / 2 = 2 still beats 1.9; dividing twice would not.
  expect(sample(Float32Array.of(4, 1.9), { ...greedy, penalised: [0, 0] })).toBe(0);
  expect(sample(Float32Array.of(-2, -3), { ...greedy, penalised: [0] })).toBe(1);
  expect(sample(Float32Array.of(4, 3), { ...greedy, penalised: [99] })).toBe(0);
});

test("EN11 top-k keeps k tokens and what ties with the last of them", () => {
  expect(support([5, 4.9, 4.8, 4.7], { topK: 2 })).toEqual([0, 1]);
  expect(support([5, 4.9, 4.9, 4.7], { topK: 2 })).toEqual([0, 1, 2]);
  expect(support([5, 4.9, 4.8, 4.7], { topK: 0 })).toEqual([0, 1, 2, 3]);
});

test("EN11 top-p keeps the fewest tokens that reach p", () => {
  const logits = logitsOf(0.1, 0.5, 0.25, 0.15);
  expect(support(logits, { topP: 0.45 })).toEqual([1]);
  expect(support(logits, { topP: 0.7 })).toEqual([1, 2]);
  expect(support(logits, { topP: 0.8 })).toEqual([1, 2, 3]);
});

test("EN11 min-p keeps tokens at least that share of the best", () => {
  expect(support(logitsOf(0.5, 0.3, 0.15, 0.05), { minP: 0.29 })).toEqual([0, 1, 2]);
});

test("EN11 temperature comes before top-p and min-p, the penalty before both", () => {
  const logits = logitsOf(0.5, 0.3, 0.15, 0.05);
  // At temperature 0.5 the probabilities are 0.685, 0.247, 0.062, 0.007.
  expect(support(logits, { temperature: 0.5, topP: 0.65 })).toEqual([0]);
  expect(support(logits, { temperature: 0.5, minP: 0.2 })).toEqual([0, 1]);
  expect(support([2, 1.9, 1], { temperature: 0.01, repetitionPenalty: 2, penalised: [0] })).toEqual([1]);
});

test("EN11 top-p counts what top-k left", () => {
  // Among the two best alone the first has 0.625 of the mass.
  expect(support(logitsOf(0.5, 0.3, 0.1, 0.1), { topK: 2, topP: 0.6 })).toEqual([0]);
});

test("EN12 frequencies follow the probabilities", () => {
  const probabilities = [0.5, 0.3, 0.15, 0.05];
  const logits = Float32Array.from(logitsOf(...probabilities));
  const draws = 20000;
  const counts = [0, 0, 0, 0];
  for (let position = 0; position < draws; position++) {
    const id = sample(logits, { ...plain, position });
    counts[id] = (counts[id] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, n, i) => {
    const expected = draws * (probabilities[i] ?? 0);
    return sum + (n - expected) ** 2 / expected;
  }, 0);
  // Three degrees of freedom: above 16.3 once in a thousand seeds; this one is fixed.
  expect(chiSquare).toBeLessThan(16.3);
});

const anyLogits = fc.array(fc.float({ noNaN: true, min: -50, max: 50 }), { minLength: 1, maxLength: 200 });
const anyRequest: fc.Arbitrary<SampleRequest> = fc.record({
  temperature: fc.double({ min: 0, max: 5, noNaN: true }),
  topK: fc.nat(300),
  topP: fc.double({ min: 0, max: 1, noNaN: true }),
  minP: fc.double({ min: 0, max: 1, noNaN: true }),
  repetitionPenalty: fc.double({ min: 0.1, max: 5, noNaN: true }),
  seed: fc.nat(),
  position: fc.nat(),
  penalised: fc.array(fc.nat(250)),
});

test("EN12 the same question has the same answer, asked in any order, and leaves the logits alone", () => {
  fc.assert(
    fc.property(anyLogits, anyRequest, anyRequest, (logits, a, b) => {
      const values = Float32Array.from(logits);
      const first = sample(values, a);
      sample(values, b);
      expect(sample(values, a)).toBe(first);
      expect(values).toEqual(Float32Array.from(logits));
      expect(first >= 0 && first < logits.length).toBe(true);
    }),
  );
});

test("EN11 a sampled token is one of the k best and within min-p of the best", () => {
  fc.assert(
    fc.property(anyLogits, anyRequest, (logits, request) => {
      const settings = { ...request, temperature: 1, repetitionPenalty: 1 };
      const values = Float32Array.from(logits);
      // Shares of the best: logits too close for these to differ count as equal.
      const highest = Math.max(...values);
      const shares = Array.from(values, (value) => Math.exp(value - highest));
      const got = shares[sample(values, settings)] ?? Number.NaN;
      if (settings.topK > 0) expect(shares.filter((share) => share > got).length).toBeLessThan(settings.topK);
      expect(got).toBeGreaterThanOrEqual(settings.minP);
    }),
  );
});
