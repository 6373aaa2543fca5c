import { expect, test } from "vitest";
import { wholeWords } from "../../test/whole-words.ts";
import { demoModel } from "../tab/fake-scenarios.ts";
import { describeCpuMemory } from "./describe-cpu-memory.ts";

const { t } = wholeWords();
const unpacks = { times: 8, mostBytes: 384 * 1024 * 1024 };
const rule =
  "The CPU computes here, and keeps an unpacked copy of 4-bit weights beside this budget: up to 8 times their size, at most 403 MB for a model.";
const model = { id: demoModel.id, name: "Demo" };

/** Weights that are cached already are held like any others. */
function holding(segment: number, draft = 0) {
  return { segment: { modelId: model.id, from: 4, to: 8 }, weightBytes: 0, heldBytes: { segment, draft } };
}

test("WB34 before the layers are known, only the rule is told", () => {
  expect(describeCpuMemory(unpacks, 512e6, [model], null, t)).toBe(rule);
});

test.each([
  ["budget and copy", 15e6, holding(7.5e6), "75 MB"],
  ["a budget far above the layers", 512e6, holding(7.5e6), "572 MB"],
  ["a draft beside the layers", 20e6, holding(7.5e6, 3e6), "104 MB"],
  ["a copy that reaches its limit", 1e9, holding(900e6), "1.4 GB"],
  ["a draft's copy with a limit of its own", 1e9, holding(900e6, 25e6), "1.6 GB"],
])("WB34 the total counts what would be held: %s", (_case, budgetBytes, preview, total) => {
  expect(describeCpuMemory(unpacks, budgetBytes, [model], preview, t)).toBe(
    `${rule} With these layers of Demo this tab takes up to ${total} in all.`,
  );
});

test("WB34 a model that the swarm no longer lists is told by its id", () => {
  expect(describeCpuMemory(unpacks, 15e6, [], holding(7.5e6), t)).toContain(`these layers of ${model.id} this tab`);
});
