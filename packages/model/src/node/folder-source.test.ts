import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ByteSource } from "../read/byte-source.ts";
import { memorySource } from "../read/memory-source.ts";
import { folderSource } from "./folder-source.ts";

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-source-"));
  await writeFile(join(folder, "a.bin"), bytes);
});
afterAll(() => rm(folder, { recursive: true }));

const sources: [string, () => ByteSource][] = [
  ["folder", () => folderSource(folder)],
  ["memory", () => memorySource(new Map([["a.bin", bytes]]))],
];

test.each(sources)("MO19 a %s gives exactly the bytes asked for", async (_, open) => {
  const source = open();
  expect(await source.size("a.bin")).toBe(100);
  expect(await source.size("b.bin")).toBeNull();
  expect([...(await source.read("a.bin", 10, 3))]).toEqual([10, 11, 12]);
  expect(await source.read("a.bin", 100, 0)).toHaveLength(0);
});

test.each(sources)("MO19 a %s names file and range of bytes that it lacks", async (_, open) => {
  await expect(open().read("a.bin", 90, 11)).rejects.toMatchObject({
    fault: "truncated",
    message: expect.stringContaining("a.bin") as string,
  });
  await expect(open().read("b.bin", 0, 1)).rejects.toMatchObject({ fault: "not-found" });
});

test.each(["../a.bin", "/etc/hosts", "x/../../a.bin"])("MO19 a folder is not left by %s", async (path) => {
  await expect(folderSource(folder).read(path, 0, 1)).rejects.toMatchObject({ fault: "denied" });
});
