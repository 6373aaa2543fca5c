import { expect, test } from "vitest";
import { PayOff } from "./pay-off.ts";

/** Laps of `ms` that give `tokens` each. */
function laps(payOff: PayOff, count: number, tokens: number, ms: number, fromMs: number): number {
  for (let i = 1; i <= count; i++) payOff.came(tokens, true, fromMs + i * ms);
  return fromMs + count * ms;
}

test("SD7 guesses that give more by the clock than plain laps go on", () => {
  const payOff = new PayOff();
  payOff.came(1, false, 0);
  laps(payOff, 50, 3, 50, 0);
  for (let i = 0; i < 50; i++) expect(payOff.pays(40)).toBe(true);
});

test("SD7 guesses that give less rest, and for longer each time", () => {
  const payOff = new PayOff();
  const rests: number[] = [];
  let at = 0;
  for (let round = 0; round < 6; round++) {
    payOff.came(1, false, at);
    at = laps(payOff, 8, 2, 100, at);
    let rest = 0;
    while (!payOff.pays(40)) rest += 1;
    rests.push(rest);
  }
  expect(rests.slice(0, 3)).toEqual([49, 97, 193]);
  expect(Math.max(...rests)).toBe(769);
});

test("SD7 the wait for a turn's first token counts as no lap", () => {
  const payOff = new PayOff();
  payOff.came(1, false, 0);
  const at = laps(payOff, 20, 3, 50, 0);
  payOff.pause();
  payOff.came(3, true, at + 60_000);
  expect(payOff.pays(40)).toBe(true);
});
