import { expect, test } from "vitest";
import { demoModel } from "../tab/fake-scenarios.ts";
import { describeCpuMemory } from "./describe-cpu-memory.ts";

const unpacks = { times: 8, mostBytes: 384 * 1024 * 1024 };
const rule =
  "The CPU computes here, and keeps an unpacked copy of 4-bit weights beside this budget: up to 8 times their size, at most 403 MB for a model.";
const preview = { segment: { modelId: demoModel.id, from: 4, to: 8 }, weightBytes: 0 };
const { draft: _, ...bare } = demoModel;
const model = { ...bare, name: "Demo", weightBytes: 10_000_000 };

test("WB34 before the layers are known, only the rule is told", () => {
  expect(describeCpuMemory(unpacks, 512e6, [model], null)).toBe(rule);
  expect(describeCpuMemory(unpacks, 512e6, [], preview)).toBe(rule);
});

test.each([
  ["a budget below the model", 7e6, "63 MB"],
  ["a budget above the model", 512e6, "592 MB"],
])("WB34 the total counts the budget and the copy: %s", (_case, budgetBytes, total) => {
  expect(describeCpuMemory(unpacks, budgetBytes, [model], preview)).toBe(
    `${rule} With these layers of Demo this tab takes up to ${total} in all.`,
  );
});

test("WB34 a large model's copy has a limit, and the model that guesses for it has another", () => {
  const guesserId = "guesser" as typeof model.id;
  const large = { ...model, weightBytes: 2e9 };
  expect(describeCpuMemory(unpacks, 1e9, [large], preview)).toContain(" up to 1.4 GB in all.");
  const guessed = { ...large, draft: { modelId: guesserId, from: 0, to: 2 } };
  const guesser = { ...model, id: guesserId, weightBytes: 25e6 };
  expect(describeCpuMemory(unpacks, 1e9, [guessed, guesser], preview)).toContain(" up to 1.6 GB in all.");
  expect(describeCpuMemory(unpacks, 1e9, [guessed], preview)).toContain(" up to 1.8 GB in all.");
});
