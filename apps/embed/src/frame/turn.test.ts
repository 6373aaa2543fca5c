import { expect, test } from "vitest";
import { takeTurn } from "./turn.ts";

/** One lock, as all windows of a site see it. */
function makeLocks(): Pick<LockManager, "request"> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: ((_name: string, { signal }: LockOptions, granted: () => Promise<void>) => {
      const mine = last.then(() => (signal?.aborted === true ? Promise.reject(new Error("aborted")) : granted()));
      last = mine.catch(() => undefined);
      return mine;
    }) as unknown as LockManager["request"],
  };
}

test("EB9 of all windows on one site one lends, and the next takes over when it gives back", async () => {
  const locks = makeLocks();
  const { signal } = new AbortController();
  const giveBack = await takeTurn(locks, signal);
  const order: string[] = [];
  const second = takeTurn(locks, signal).then(() => order.push("second"));
  await Promise.resolve();
  order.push("first gives back");
  giveBack();
  await second;
  expect(order).toEqual(["first gives back", "second"]);
});

test("EB9 a window that no longer wants its turn does not get it", async () => {
  const locks = makeLocks();
  const giveBack = await takeTurn(locks, new AbortController().signal);
  const waiting = new AbortController();
  const turn = takeTurn(locks, waiting.signal);
  waiting.abort();
  giveBack();
  await expect(turn).rejects.toThrow("aborted");
});

test("EB9 where the browser allows the frame no locks every window is the only one", async () => {
  const locks = { request: () => Promise.reject(new DOMException("The request was denied.", "SecurityError")) };
  expect(await takeTurn(locks, new AbortController().signal)).toBeTypeOf("function");
});

test("EB9 where locks are denied every window is the only one, too", async () => {
  const denied = { request: async () => Promise.reject(new Error("denied")) };
  expect(await takeTurn(denied, new AbortController().signal)).toBeTypeOf("function");
});

test("EB9 without locks every window is the only one", async () => {
  expect(await takeTurn(null, new AbortController().signal)).toBeTypeOf("function");
});
