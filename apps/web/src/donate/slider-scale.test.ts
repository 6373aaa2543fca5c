import { expect, test } from "vitest";
import { sliderMb, sliderPosition, sliderSteps } from "./slider-scale.ts";

const positions = Array.from({ length: sliderSteps + 1 }, (_, position) => position);

test("WB56 each step of the slider is a budget of its own, and is found again", () => {
  expect(positions.map((position) => sliderPosition(sliderMb(position)))).toEqual(positions);
  const budgets = positions.map(sliderMb);
  expect(new Set(budgets).size).toBe(budgets.length);
  expect(budgets.toSorted((a, b) => a - b)).toEqual(budgets);
});

test("WB56 a budget beyond the slider stands at its end", () => {
  expect([sliderPosition(1), sliderPosition(65_536)]).toEqual([0, sliderSteps]);
});
