import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acceptPieceStore } from "../fetch/piece-store.acceptance.ts";
import { StoreError } from "../fetch/store-error.ts";
import { folderPieceStore } from "./folder-store.ts";

const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "potluck-store-"));

acceptPieceStore("folder", async () => {
  const folder = await makeFolder();
  return {
    store: folderPieceStore(folder),
    reopen: async () => folderPieceStore(folder),
    close: () => rm(folder, { recursive: true }),
  };
});

test("MO26 a torn file is not a piece, and a put mends it", async () => {
  const folder = await makeFolder();
  const store = folderPieceStore(folder);
  const name = "a".repeat(64);
  await store.put(name, new Uint8Array(50).fill(7));
  await truncate(join(folder, "pieces", name), 20);
  expect(await store.get(name, 50)).toBeNull();
  await store.put(name, new Uint8Array(50).fill(7));
  expect(await store.get(name, 50)).toEqual(new Uint8Array(50).fill(7));
  expect(await readdir(join(folder, "pieces"))).toEqual([name]);
  await rm(folder, { recursive: true });
});

test("MO27 a place that can't be written says so", async () => {
  const folder = await makeFolder();
  const file = join(folder, "a-file");
  await writeFile(file, "");
  await expect(folderPieceStore(file).put("a".repeat(64), new Uint8Array(1))).rejects.toMatchObject({
    name: "StoreError",
    fault: "unavailable",
  });
  await rm(folder, { recursive: true });
});

test("MO27 a full disk is `full`, by whatever code the system gives", () => {
  for (const code of ["ENOSPC", "EDQUOT"])
    expect(StoreError.from(Object.assign(new Error("no"), { code }), "The folder").fault).toBe("full");
  const full = StoreError.from(new DOMException("no", "QuotaExceededError"), "The folder");
  expect(full.message).toContain("Free disk space");
  expect(StoreError.from(Object.assign(new Error("no"), { code: "EACCES" }), "The folder").fault).toBe("unavailable");
});
