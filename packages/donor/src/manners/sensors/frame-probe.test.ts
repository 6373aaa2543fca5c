import { expect, test } from "vitest";
import { firstFrames, type Frames, nextFrames } from "./frame-probe.ts";

const draw = (from: Frames, gaps: readonly number[]): Frames => gaps.reduce(nextFrames, from);
const many = (count: number, gap: number): number[] => Array.from({ length: count }, () => gap);

test("DN36 a page suffers when a third of its time goes into late frames, and is fine when a tenth does", () => {
  expect(draw(firstFrames, many(200, 16)).suffers).toBe(false);
  const suffering = draw(firstFrames, many(20, 80));
  expect(suffering.suffers).toBe(true);
  // In between it stays what it is.
  const mixed = [...many(50, 16), 100, 100];
  expect(draw(suffering, [...mixed, ...mixed]).suffers).toBe(true);
  expect(draw(firstFrames, [...mixed, ...mixed]).suffers).toBe(false);
  expect(draw(suffering, many(200, 16)).suffers).toBe(false);
});

test("DN36 a page that was hidden, or slept, did not suffer", () => {
  expect(draw(firstFrames, many(10, 30_000)).suffers).toBe(false);
});
