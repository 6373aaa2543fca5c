import { expect, test } from "vitest";
import { demoModel } from "../tab/fake-scenarios.ts";
import { suggestBudget } from "./default-budget.ts";

const large = { ...demoModel, name: "Large", weightBytes: 560_000_000 };
const wholeBytes = demoModel.weightBytes + demoModel.kvBytesPerToken * 1024;

test("WB19 with nothing but small models two tabs of the suggested budget share one", () => {
  const { mb, shared } = suggestBudget([demoModel], 8);
  expect(shared).toBe(demoModel.name);
  expect(mb).toBe(15);
  expect(mb * 1e6).toBeGreaterThan(wholeBytes / 2);
  expect(mb * 1e6).toBeLessThan(wholeBytes);
});

test("WB19 the largest small model counts, and the suggestion is never too small to help", () => {
  const tiny = { ...demoModel, name: "Tiny", weightBytes: 1_000_000, kvBytesPerToken: 100 };
  expect(suggestBudget([tiny, demoModel], 8).shared).toBe(demoModel.name);
  expect(suggestBudget([{ ...tiny, smallestBudgetBytes: 1_050_000 }], 8).mb).toBe(2);
});

test("WB19 with a large model, or none, the device's memory decides, within bounds", () => {
  const suggested = [undefined, 0.25, 8, 32, "8"].map((memory) => suggestBudget([demoModel, large], memory).mb);
  expect(suggested).toEqual([512, 64, 1024, 2048, 512]);
  expect(suggestBudget([], 8)).toEqual({ mb: 1024, shared: null });
});
