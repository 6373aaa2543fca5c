import type { TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createKeptIdentity } from "./kept-identity.ts";

const identity = { tab: "1".repeat(32) as TabId, secret: "s" };

function fakeStorage(text: string | null = null) {
  const kept = new Map<string, string>(text === null ? [] : [["potluck.tab", text]]);
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test("DN22 the page after a reload is the same tab, once", () => {
  const storage = fakeStorage();
  createKeptIdentity(storage).keep(identity);
  const next = createKeptIdentity(storage);
  expect([next.take(), next.take()]).toEqual([identity, null]);
});

test("DN22 a browser tab that is duplicated while its page lives is another tab", () => {
  const storage = fakeStorage();
  createKeptIdentity(storage).keep(identity);
  createKeptIdentity(storage).take();
  const duplicate = fakeStorage();
  for (const [key, value] of storage.kept) duplicate.setItem(key, value);
  expect(createKeptIdentity(duplicate).take()).toBeNull();
});

test.each(["", "{", "{}", '{"tab":"x","secret":"s"}'])("DN22 what is no identity is none: %j", (text) => {
  expect(createKeptIdentity(fakeStorage(text)).take()).toBeNull();
});

test("DN22 without storage a page that was put aside is itself when it comes back", () => {
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  for (const storage of [null, { getItem: forbidden, setItem: forbidden, removeItem: forbidden }]) {
    const kept = createKeptIdentity(storage);
    expect(kept.take()).toBeNull();
    kept.keep(identity);
    expect(kept.take()).toEqual(identity);
  }
});
