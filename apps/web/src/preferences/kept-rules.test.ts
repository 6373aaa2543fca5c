import { defaultRules } from "@potluck/donor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keptRules } from "./kept-rules.ts";
import { createPreferences } from "./preferences.ts";

test("WB8 WB55 a rule that is not valid falls back, and costs no other", () => {
  expect(keptRules({ ...defaultRules, share: 7, onlyMains: true, country: "Germany", unknown: 1 })).toEqual({
    ...defaultRules,
    onlyMains: true,
  });
});

test("WB8 WB55 whatever was kept, the rules can be followed", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ share: fc.double(), models: fc.anything() })), (stored) => {
      const rules = keptRules(stored);
      expect(Object.keys(rules).toSorted()).toEqual(Object.keys(defaultRules).toSorted());
      expect(rules.share).toBeGreaterThanOrEqual(0.05);
      expect(Array.isArray(rules.models)).toBe(true);
    }),
  );
});

test("WB55 the rules that were set are there after a reload", () => {
  let kept: string | null = null;
  const storage = { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value) };
  expect(createPreferences(storage).store.getState().rules).toEqual(defaultRules);
  const rules = { ...defaultRules, share: 0.5, dailyCapBytes: 2e9 };
  createPreferences(storage).change({ rules });
  expect(createPreferences(storage).store.getState().rules).toEqual(rules);
});
