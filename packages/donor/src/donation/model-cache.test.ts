import { type Manifest, memoryPieceStore } from "@potluck/model";
import type { ModelId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createWindowLocks } from "../sharing/window-locks.ts";
import { createFakeLocks } from "../testing/fake-locks.ts";
import { createCachedSegments } from "./cached-segments.ts";
import { createModelCache } from "./model-cache.ts";

const [big, small, away] = ["big", "small", "away"] as ModelId[] as [ModelId, ModelId, ModelId];
const hash = (n: number): string => n.toString(16).padStart(64, "0");
/** What a cache reads of a manifest. */
const manifest = (weights: readonly number[], file: number): Manifest =>
  ({
    tensors: [{ pieces: weights.map((n) => ({ sha256: hash(n), lengthBytes: n })) }],
    skeleton: { sha256: hash(file), sizeBytes: file },
    knownAnswers: { file: { sha256: hash(file), sizeBytes: file } },
    tokenizer: [],
  }) as unknown as Manifest;
const manifests = new Map([
  [big, manifest([30, 40, 50], 3)],
  [small, manifest([5, 50], 3)],
]);

async function madeCache() {
  const store = memoryPieceStore();
  const put = (n: number) => store.put(hash(n), new Uint8Array(n));
  const kept = new Map<string, string>();
  const cached = createCachedSegments({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
  });
  const browser = createFakeLocks();
  const [mine, theirs] = [createWindowLocks(browser.window()), createWindowLocks(browser.window())];
  const cache = createModelCache({
    store: async () => store,
    manifest: async (modelId) => manifests.get(modelId) ?? Promise.reject(new Error("unreachable")),
    known: () => [big, away],
    draftOf: (modelId) => (modelId === big ? { modelId: small, from: 0, to: 1 } : null),
    cached,
    windows: mine,
  });
  for (const n of [30, 50, 5, 3]) await put(n);
  cached.add({ modelId: small, from: 0, to: 1 });
  return { store, cache, cached, theirs };
}

test("WB58 the cache tells each model's bytes, those that the swarm no longer tells of too", async () => {
  const { cache } = await madeCache();
  expect(await cache.list()).toEqual([
    { modelId: big, bytes: 83, inUse: false },
    { modelId: small, bytes: 58, inUse: false },
  ]);
});

test("WB58 deleting a model leaves what another needs, and forgets that it was here", async () => {
  const { cache, store, cached } = await madeCache();
  expect(await cache.remove(small)).toBe(true);
  expect(await cache.list()).toEqual([{ modelId: big, bytes: 83, inUse: false }]);
  expect([await store.has(hash(5)), cached.list()]).toEqual([false, []]);
  expect(await cache.remove(big)).toBe(true);
  expect(await store.usage()).toEqual({ pieces: 0, bytes: 0 });
});

test("WB58 what a window has loaded, or its draft, says so and is not deleted", async () => {
  const { cache, store, theirs } = await madeCache();
  const release = await theirs.hold({ modelId: big, from: 0, to: 2 }, new AbortController().signal);
  expect((await cache.list()).map(({ inUse }) => inUse)).toEqual([true, true]);
  expect([await cache.remove(big), await cache.remove(small)]).toEqual([false, false]);
  expect((await store.usage()).pieces).toBe(4);
  release();
  await expect.poll(() => cache.remove(small)).toBe(true);
});
