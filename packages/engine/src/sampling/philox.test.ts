import fc from "fast-check";
import { expect, test } from "vitest";
import { philox4x32, uniformAt } from "./philox.ts";

test("EN13 the published vectors of Philox4x32-10 come out", () => {
  expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  expect(philox4x32([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  expect(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
    0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
  ]);
});

test("EN13 uniforms lie in [0, 1) for every seed and position", () => {
  const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(whole, whole, (seed, position) => {
      const u = uniformAt(seed, position);
      expect(u >= 0 && u < 1).toBe(true);
    }),
  );
});

test("EN13 uniforms of neighbouring positions and seeds fill the interval evenly", () => {
  const bins = Array.from({ length: 16 }, () => 0);
  for (let seed = 0; seed < 64; seed++)
    for (let position = 0; position < 256; position++) {
      const bin = Math.floor(uniformAt(seed, position) * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  // 1024 expected in each; chi-square with 15 degrees of freedom exceeds 37.7 once in a thousand.
  const chiSquare = bins.reduce((sum, n) => sum + (n - 1024) ** 2 / 1024, 0);
  expect(chiSquare).toBeLessThan(37.7);
});
