import { expect, test } from "vitest";
import type { Unfinished, Vault } from "../asking/unfinished.ts";
import { createBrowserVault, type RecordStore } from "./browser-vault.ts";

const record = { ids: [1] } as unknown as Unfinished;

/** A browser: one store and one set of locks for all its tabs. */
function makeBrowser(): {
  page(session: Map<string, string>, how?: "opened" | "reloaded"): Vault;
  close(session: Map<string, string>): void;
  readonly records: Map<string, unknown>;
} {
  const records = new Map<string, unknown>();
  const store: RecordStore = {
    get: async (key) => records.get(key),
    set: async (key, value) => void records.set(key, value),
    delete: async (key) => void records.delete(key),
  };
  const held = new Map<string, Map<string, string>>();
  const waiting: (() => void)[] = [];
  let made = 0;
  const pageLocks = (session: Map<string, string>): Pick<LockManager, "request"> => ({
    request: (async (name: string, { ifAvailable }: LockOptions, granted: LockGrantedCallback<unknown>) => {
      if (held.has(name) && ifAvailable === true) return granted(null);
      while (held.has(name)) await new Promise<void>((resolve) => waiting.push(resolve));
      held.set(name, session);
      return granted({ name, mode: "exclusive" });
    }) as unknown as LockManager["request"],
  });
  return {
    records,
    page: (session, how = "opened") =>
      createBrowserVault({
        store,
        session: { getItem: (key) => session.get(key) ?? null, setItem: (key, value) => void session.set(key, value) },
        locks: pageLocks(session),
        freshKey: () => `key ${++made}`,
        patience: () => (how === "reloaded" ? new AbortController().signal : null),
      }),
    close(session) {
      for (const [name, owner] of held) if (owner === session) held.delete(name);
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

test("DN30 the next page of a browser tab finds what the one before it kept, and a cleared one nothing", async () => {
  const browser = makeBrowser();
  const session = new Map<string, string>();
  const first = browser.page(session);
  await first.save(record);
  browser.close(session);
  const second = browser.page(session);
  expect(await second.load()).toBe(record);
  await second.clear();
  expect(browser.records.size).toBe(0);
});

test("DN30 a duplicated tab does not take the answer of the original, nor write over it", async () => {
  const browser = makeBrowser();
  const original = new Map<string, string>();
  await browser.page(original).save(record);
  const copy = browser.page(new Map(original));
  expect(await copy.load()).toBeUndefined();
  await copy.save({ ...record, ids: [2] });
  await copy.clear();
  expect([...browser.records.values()]).toEqual([record]);
});

test("DN30 a duplicated tab does not wait for the original's answer, so a reload of the original gets it", async () => {
  const browser = makeBrowser();
  const original = new Map<string, string>();
  await browser.page(original).save(record);
  const copy = browser.page(new Map(original)).load();
  const reloaded = browser.page(original, "reloaded").load();
  browser.close(original);
  expect(await reloaded).toBe(record);
  expect(await copy).toBeUndefined();
});

test("DN30 two tabs keep their answers apart", async () => {
  const browser = makeBrowser();
  await browser.page(new Map()).save(record);
  expect(await browser.page(new Map()).load()).toBeUndefined();
});
