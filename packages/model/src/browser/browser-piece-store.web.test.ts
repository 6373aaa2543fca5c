import { expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { workerStore } from "../../test/worker-store.ts";
import { webDigest } from "../fetch/digest.ts";
import { loadSideFile } from "../fetch/load-side-file.ts";
import { acceptPieceStore } from "../fetch/piece-store.acceptance.ts";
import type { PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";
import { browserPieceStore } from "./browser-piece-store.ts";
import { cachePieceStore } from "./cache-store.ts";
import { opfsPieceStore } from "./opfs-store.ts";

acceptPieceStore("private file system in a page", async () => ({
  store: await opfsPieceStore(),
  reopen: () => opfsPieceStore(),
}));

acceptPieceStore("private file system in a worker", async () => {
  const opened = workerStore();
  return { store: opened.store, reopen: () => opfsPieceStore(), close: async () => opened.close() };
});

acceptPieceStore("Cache Storage", async () => ({ store: await cachePieceStore(), reopen: () => cachePieceStore() }));

const missing = async (): Promise<PieceStore> => {
  throw new StoreError("unavailable", "not here");
};

test("MO38 the private file system first, then Cache Storage, then nothing, which says so", async () => {
  expect((await browserPieceStore()).label).toContain("private file system");
  expect((await browserPieceStore([missing, () => cachePieceStore()])).label).toContain("Cache Storage");
  const none = await browserPieceStore([missing, missing]);
  await expect(none.put("a".repeat(64), new Uint8Array(1))).rejects.toMatchObject({ fault: "full" });
});

test("MO38 a private file system that can't be had or written is `unavailable`", async () => {
  const refused = opfsPieceStore(async () => {
    throw new DOMException("not in private windows", "SecurityError");
  });
  await expect(refused).rejects.toMatchObject({ name: "StoreError", fault: "unavailable" });
  await expect(cachePieceStore(null as never)).rejects.toBeInstanceOf(StoreError);
});

test("MO26 what a dead writer left behind goes when the store is opened much later", async () => {
  const root = await navigator.storage.getDirectory();
  await opfsPieceStore(async () => root, "sweep");
  const pieces = await (await root.getDirectoryHandle("sweep")).getDirectoryHandle("pieces");
  await pieces.getFileHandle(`${"a".repeat(64)}.left.part`, { create: true });
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const name of (pieces as unknown as { keys(): AsyncIterable<string> }).keys()) found.push(name);
    return found;
  };
  await opfsPieceStore(async () => root, "sweep");
  expect((await names()).length).toBe(1);
  await opfsPieceStore(
    async () => root,
    "sweep",
    () => Date.now() + 2 * 60 * 60 * 1000,
  );
  expect(await names()).toEqual([]);
});

test("MO27 a browser's full storage is `full` in page, worker and cache, and a load goes on", async () => {
  const opened = workerStore();
  const stores = [await opfsPieceStore(), opened.store, await cachePieceStore()];
  for (const store of stores) await store.clear();
  const { origin } = location;
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const big = new Uint8Array(4 * 1024 * 1024);
  for (let at = 0; at < big.length; at += bytes.length) big.set(bytes, at);
  const sha256 = await webDigest(big);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
  try {
    for (const store of stores) {
      const faults: string[] = [];
      const source = { label: "twin", size: async () => big.length, read: async () => big };
      const file = { path: "tokenizer.json", sizeBytes: big.length, sha256 };
      const loaded = await loadSideFile(file, {
        source,
        store,
        onNotKept: (error) => faults.push(error.fault),
      });
      expect([faults, loaded.length, await store.has(sha256)]).toEqual([["full"], big.length, false]);
    }
  } finally {
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    opened.close();
  }
});
