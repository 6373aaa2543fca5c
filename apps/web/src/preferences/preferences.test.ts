import { defaultRules } from "@potluck/donor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPreferences } from "./preferences.ts";

function memory(initial: string | null = null): Pick<Storage, "getItem" | "setItem"> & { value: string | null } {
  return {
    value: initial,
    getItem() {
      return this.value;
    },
    setItem(_key, value) {
      this.value = value;
    },
  };
}

test("WB8 what was chosen is there after a reload", () => {
  const storage = memory();
  createPreferences(storage).change({ temperature: 0, seed: 12, budgetMb: 6.5, theme: "dark" });
  expect(createPreferences(storage).store.getState()).toMatchObject({
    temperature: 0,
    seed: 12,
    budgetMb: 6.5,
    theme: "dark",
    maxNewTokens: 256,
  });
});

test("WB8 a stored value that is not valid falls back alone", () => {
  const storage = memory(
    JSON.stringify({ temperature: "hot", maxNewTokens: 64, theme: "neon", language: "tlh", budgetMb: -1 }),
  );
  expect(createPreferences(storage).store.getState()).toEqual({
    modelId: null,
    temperature: 0.3,
    maxNewTokens: 64,
    seed: null,
    budgetMb: null,
    theme: "system",
    language: "system",
    tables: false,
    rules: defaultRules,
    shortcuts: true,
    swarmAgreed: false,
    where: "swarm",
  });
});

test("WB8 whatever the storage holds, every setting is usable", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (stored) => {
      const { temperature, maxNewTokens } = createPreferences(memory(stored)).store.getState();
      expect(temperature).toBeGreaterThanOrEqual(0);
      expect(Number.isInteger(maxNewTokens)).toBe(true);
    }),
  );
});

test("WB8 a change that is not valid is not taken, and a full storage only forgets", () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  const preferences = createPreferences(full);
  preferences.change({ temperature: Number.NaN, maxNewTokens: 32 });
  expect(preferences.store.getState()).toMatchObject({ temperature: 0.3, maxNewTokens: 32 });
});
