import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PartnerError } from "./partner-error.ts";
import { PartnerRegistry } from "./registry.ts";

const draft = { name: "The Paper", origins: ["https://paper.example"], maxTabs: 3, isListed: true };
let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "potluck-partners-"));
  path = join(dataDir, "partners.json");
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("partner registry", () => {
  test("SG18 what one process registers and changes another reads", async () => {
    const [one, other] = [await PartnerRegistry.open(dataDir), await PartnerRegistry.open(dataDir)];
    const { key } = await one.add(draft, 5);
    expect(other.get(key)).toBeUndefined();
    await other.refresh();
    expect(other.get(key)).toEqual({ key, ...draft, createdMs: 5, revokedMs: null });
    await other.change(key, { maxTabs: 9, isRevoked: true }, 7);
    await other.change(key, { isRevoked: true }, 8);
    await one.refresh();
    expect(one.get(key)).toEqual({ key, ...draft, maxTabs: 9, createdMs: 5, revokedMs: 7 });
    await one.change(key, { isRevoked: false }, 9);
    expect(one.get(key)?.revokedMs).toBeNull();
  });

  test("SG18 several that write at once write one after the other, and nothing is lost or left behind", async () => {
    const writers = await Promise.all([1, 2, 3].map(() => PartnerRegistry.open(dataDir)));
    const names = Array.from({ length: 15 }, (_, n) => `Paper ${n}`);
    await Promise.all(names.map(async (name, n) => writers[n % 3]?.add({ ...draft, name }, n)));
    const all = (await PartnerRegistry.open(dataDir)).all();
    expect(all.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(new Set(all.map(({ key }) => key)).size).toBe(15);
    expect(await readdir(dataDir)).toEqual(["partners.json"]);
  });

  test("SG18 a lock that a crash left behind is broken", async () => {
    const registry = await PartnerRegistry.open(dataDir);
    await writeFile(`${path}.lock`, "of a process that is no more");
    const longAgo = new Date(Date.now() - 11_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    await registry.add(draft, 0);
    expect(await readdir(dataDir)).toEqual(["partners.json"]);
  });

  test.each([
    ["is cut off", (text: string) => text.slice(0, -10)],
    ["is of another version", (text: string) => text.replace('"version": 1', '"version": 2')],
    ["names no origin", (text: string) => text.replace("https://paper.example", "https://paper.example; script-src *")],
  ])("SG18 a file that %s is named, left as it is, and the keys stay as they were", async (_, damage) => {
    const damages: string[] = [];
    const registry = await PartnerRegistry.open(dataDir, (sentence) => damages.push(sentence));
    const { key } = await registry.add(draft, 0);
    const whole = await readFile(path, "utf8");
    await writeFile(path, damage(whole));
    await registry.refresh();
    await registry.refresh();
    expect(damages).toHaveLength(1);
    expect(damages[0]).toContain(path);
    expect(registry.get(key)).toMatchObject(draft);
    await expect(registry.add(draft, 0)).rejects.toThrow(PartnerError);
    expect(await readFile(path, "utf8")).toBe(damage(whole));
    expect(await readdir(dataDir)).toEqual(["partners.json"]);

    await writeFile(path, whole);
    await registry.add({ ...draft, name: "Another" }, 0);
    expect(registry.all().map(({ name }) => name)).toEqual(["The Paper", "Another"]);
  });

  test("SG18 what can't be changed says so", async () => {
    const registry = await PartnerRegistry.open(dataDir);
    const { key } = await registry.add(draft, 0);
    await rm(path);
    await expect(registry.change(key, { maxTabs: 1 }, 0)).rejects.toThrow(`There is no partner with the key ${key}.`);
  });
});
