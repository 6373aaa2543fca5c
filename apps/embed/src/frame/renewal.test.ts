import { expect, test } from "vitest";
import { createRenewal } from "./renewal.ts";

function makeSession() {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => void items.set(name, text),
    removeItem: (name: string) => void items.delete(name),
  };
}

test("EB9 the page that is loaded to ask once more knows it, and only that one", () => {
  for (const session of [makeSession(), null]) {
    const window = { name: "" };
    expect(createRenewal(session, window).take()).toBe(false);
    createRenewal(session, window).mark();
    expect([createRenewal(session, window).take(), createRenewal(session, window).take()]).toEqual([true, false]);
  }
});

test("EB10 where storage is allowed, a name that the page around gave the frame opens nothing", () => {
  const window = { name: "" };
  createRenewal(null, window).mark();
  expect(createRenewal(makeSession(), window).take()).toBe(false);
});
