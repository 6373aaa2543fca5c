import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createBelow, dealCheck } from "./check.ts";

test("EB8 the check has each of nine numbers once and wants one of them, wherever chance falls", () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (chances) => {
      const { wanted, order } = dealCheck((bound) => Math.floor(bound * (chances.next().value ?? 0)));
      expect(order.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(order).toContain(wanted);
    }),
  );
});

test("EB8 every number can be at every place, and be wanted", () => {
  const below = createBelow((bytes) => crypto.getRandomValues(bytes));
  const places = new Set<string>();
  const wanted = new Set<number>();
  for (let deal = 0; deal < 2000; deal++) {
    const check = dealCheck(below);
    wanted.add(check.wanted);
    for (const [place, digit] of check.order.entries()) places.add(`${digit} at ${place}`);
  }
  expect([places.size, wanted.size]).toEqual([81, 9]);
});

test("EB8 a random byte that would make some numbers likelier is drawn again", () => {
  const bytes = [255, 252, 251];
  const below = createBelow((into) => into.fill(bytes.shift() ?? 0));
  expect([below(9), bytes]).toEqual([251 % 9, []]);
});
