import { expect, test } from "vitest";
import { memoryPieceStore } from "./memory-store.ts";
import { acceptPieceStore } from "./piece-store.acceptance.ts";

acceptPieceStore("memory", async () => {
  const store = memoryPieceStore();
  return { store, reopen: async () => store };
});

test("MO27 a store over its limit is `full` and says what follows", async () => {
  const store = memoryPieceStore({ limitBytes: 100 });
  await store.put("a".repeat(64), new Uint8Array(60));
  const over = store.put("b".repeat(64), new Uint8Array(60));
  await expect(over).rejects.toMatchObject({ name: "StoreError", fault: "full" });
  await expect(over).rejects.toThrow(/loaded anew/u);
  expect(await store.usage()).toEqual({ pieces: 1, bytes: 60 });
});
