import fc from "fast-check";
import { expect, test } from "vitest";
import { floatToHalf, halfToFloat, narrow, widen } from "./half.ts";

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const isNaNPattern = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

test("EN6 every half pattern survives widening and narrowing, NaN as a NaN", () => {
  const back = narrow(widen(all));
  const wrong = Array.from(all).filter((bits) =>
    isNaNPattern(bits) ? !isNaNPattern(back[bits] ?? 0) : back[bits] !== bits,
  );
  expect(wrong).toEqual([]);
});

test("EN6 landmarks of the format have their values", () => {
  expect([0x0001, 0x03ff, 0x0400, 0x3c00, 0x7bff, 0xc000, 0x7c00, 0xfc00].map(halfToFloat)).toEqual([
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    1,
    65504,
    -2,
    Infinity,
    -Infinity,
  ]);
  expect(Object.is(halfToFloat(0x8000), -0)).toBe(true);
});

test("EN6 between two neighbours the nearer is taken, the even one at the middle", () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const low = halfToFloat(bits);
    const high = halfToFloat(bits + 1);
    const middle = (low + high) / 2;
    const even = (bits & 1) === 0 ? bits : bits + 1;
    // The middle and its two f32 neighbours; all three are exact in f32.
    const step = (high - low) / 4;
    if (floatToHalf(middle) !== even) expect.fail(`the middle above ${bits}`);
    if (floatToHalf(middle - step) !== bits) expect.fail(`below the middle above ${bits}`);
    if (floatToHalf(middle + step) !== bits + 1) expect.fail(`over the middle above ${bits}`);
    if (floatToHalf(-middle) !== (even | 0x8000)) expect.fail(`the negative middle above ${bits}`);
  }
  expect(floatToHalf(65519.99)).toBe(0x7bff);
  expect(floatToHalf(65520)).toBe(0x7c00);
  expect(floatToHalf(-65520)).toBe(0xfc00);
});

test("EN6 no f32 is further from its half than from any other half", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), fc.nat(65535), (value, other) => {
      fc.pre((other & 0x7c00) !== 0x7c00);
      const got = Math.abs(halfToFloat(floatToHalf(value)) - value);
      expect(got).toBeLessThanOrEqual(Math.abs(halfToFloat(other) - value));
    }),
    { numRuns: 2000 },
  );
});
