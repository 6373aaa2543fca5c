import fc from "fast-check";
import { expect, test } from "vitest";
import type { SampleRequest } from "../shard-runner.ts";
import { Draw } from "./draw.ts";
import { sample } from "./sample.ts";

const vocabSize = 12;

/** Logits close enough to each other that a penalty or a guess changes what comes next. */
const row = fc.array(fc.float({ noNaN: true, min: -2, max: 2 }), { minLength: vocabSize, maxLength: vocabSize });
const settings: fc.Arbitrary<SampleRequest> = fc.record({
  temperature: fc.constantFrom(0, 0.3, 1, 2),
  topK: fc.constantFrom(0, 3),
  topP: fc.constantFrom(0.8, 1),
  minP: fc.constantFrom(0, 0.1),
  repetitionPenalty: fc.constantFrom(1, 1.2, 5),
  seed: fc.nat(),
  position: fc.nat(1000),
  penalised: fc.array(fc.nat(vocabSize - 1), { maxLength: 4 }),
});

/** The tokens that come one by one, when the row after each depends on it. */
function oneByOne(table: readonly (readonly number[])[], first: SampleRequest, tokens: number): number[] {
  const ids: number[] = [];
  while (ids.length < tokens) {
    const request = { ...first, position: first.position + ids.length, penalised: [...first.penalised, ...ids] };
    ids.push(sample(logitsAfter(table, ids), request));
  }
  return ids;
}

function logitsAfter(table: readonly (readonly number[])[], ids: readonly number[]): Float32Array {
  const chosen = ids.reduce((sum, id) => sum * 31 + id, ids.length) % table.length;
  return Float32Array.from(table[chosen] ?? []);
}

test("EN21 guesses that are drawn row by row give what drawing one by one gives, up to the first wrong one", () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      settings,
      fc.array(fc.option(fc.nat(vocabSize - 1), { freq: 1 }), { maxLength: 6 }),
      fc.nat(3),
      fc.integer({ min: 1, max: 4 }),
      (table, first, guesses, from, rowsAtOnce) => {
        const plain = oneByOne(table, first, guesses.length + 1);
        // A guess is right unless it was drawn to be something else.
        const drafts = guesses.map((guess, i) => guess ?? (plain[i] as number));
        const wrong = drafts.findIndex((id, i) => id !== plain[i]);
        const draw = new Draw({ from, sample: first, drafts: Int32Array.from(drafts) });
        const logits = plain.map((_, i) => logitsAfter(table, drafts.slice(0, i)));
        expect(draw.nextRow).toBe(from);
        for (let at = 0; at <= drafts.length; at += rowsAtOnce)
          draw.fromRows(
            Float32Array.from(
              logits.slice(at, Math.min(at + rowsAtOnce, drafts.length + 1)).flatMap((one) => [...one]),
            ),
            vocabSize,
          );
        expect([...draw.ids]).toEqual(wrong < 0 ? plain : plain.slice(0, wrong + 1));
        expect(draw.nextRow).toBe(null);
      },
    ),
  );
});

test("EN21 what was drawn in the same run is penalised from then on", () => {
  const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1, position: 5, penalised: [] };
  const draw = new Draw({ from: 0, sample: { ...greedy, repetitionPenalty: 2 }, drafts: Int32Array.of(1, 0) });
  draw.fromRows(Float32Array.of(2, 3, 2, 3, 2, 3), 2);
  // 3/2 < 2, then 2/2 < 3/2.
  expect([...draw.ids]).toEqual([1, 0, 1]);
});
