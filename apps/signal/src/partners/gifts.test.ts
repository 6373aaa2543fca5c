import type { SiteKey } from "@potluck/protocol";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../watch/create-log.ts";
import { Gifts } from "./gifts.ts";

const dayMs = 86_400_000;
const noonMs = Date.UTC(2026, 10, 23, 12);
const site = `pk_${"a".repeat(24)}` as SiteKey;
const other = `pk_${"b".repeat(24)}` as SiteKey;
const silent = createLog("silent");
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "potluck-gifts-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test("SG23 gifts are kept by UTC day, over a restart too", async () => {
  const gifts = await Gifts.open(dataDir, silent);
  gifts.add(site, { consents: 1 }, noonMs);
  gifts.seen(site, 3, noonMs);
  gifts.seen(site, 2, noonMs);
  gifts.add(site, { answers: 2, tokens: 30, seconds: 0.4 }, noonMs + dayMs / 2 - 1);
  gifts.add(site, { answers: 1, tokens: 5, seconds: 0.4 }, noonMs + dayMs / 2);
  gifts.add(other, { tokens: 1 }, noonMs);
  await gifts.save();

  const after = await Gifts.open(dataDir, silent);
  expect(after.totalOf(site)).toEqual({ consents: 1, answers: 3, tokens: 35, seconds: 1 });
  expect(after.daysOf(site)).toEqual([
    { day: "2026-11-23", mostTabs: 3, consents: 1, answers: 2, tokens: 30, seconds: 0 },
    { day: "2026-11-24", mostTabs: 0, consents: 0, answers: 1, tokens: 5, seconds: 0 },
  ]);
  expect(after.totalOf(other).tokens).toBe(1);
});

test("SG23 days long ago go into one sum, and a clock that is set back loses nothing", async () => {
  const gifts = await Gifts.open(dataDir, silent);
  for (let day = 0; day < 100; day++) gifts.add(site, { tokens: 1 }, noonMs + day * dayMs);
  gifts.add(site, { tokens: 1 }, noonMs);
  expect(gifts.totalOf(site).tokens).toBe(101);
  expect(gifts.daysOf(site)).toHaveLength(30);
  expect(gifts.daysOf(site).at(-1)).toMatchObject({ day: "2027-03-02", tokens: 2 });
  await gifts.save();
  expect((await readFile(join(dataDir, "partner-gifts.json"), "utf8")).match(/"day"/g)).toHaveLength(60);
});

test("SG23 a damaged file is put aside, not written over", async () => {
  await writeFile(join(dataDir, "partner-gifts.json"), "{");
  const gifts = await Gifts.open(dataDir, silent);
  gifts.add(site, { tokens: 1 }, noonMs);
  await gifts.save();
  expect((await readdir(dataDir)).sort()).toEqual(["partner-gifts.json", "partner-gifts.json.damaged"]);
  expect(await readFile(join(dataDir, "partner-gifts.json.damaged"), "utf8")).toBe("{");
});
