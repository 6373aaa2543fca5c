import { ManualClock } from "@potluck/link";
import type { ModelId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { createFakeLocks } from "../testing/fake-locks.ts";
import { createOwnModelTurn, type WindowChannel } from "./own-model-turn.ts";
import { createWindowLocks, noLocks } from "./window-locks.ts";

const modelId = "demo.q4" as ModelId;
const left = { modelId, from: 0, to: 6 };
const right = { modelId, from: 6, to: 12 };
const { signal } = new AbortController();

function twoWindows() {
  const browser = createFakeLocks();
  const [first, second] = [browser.window(), browser.window()];
  return { browser, first, a: createWindowLocks(first), b: createWindowLocks(second) };
}

describe("window locks", () => {
  test("DN40 a window sees what its siblings hold, and not what it holds itself", async () => {
    const { a, b } = twoWindows();
    const release = await a.hold(left, signal);
    await b.hold(right, signal);
    expect([await a.siblings(), await b.siblings()]).toEqual([[right], [left]]);
    expect(await a.inUse()).toEqual([left, right]);
    release();
    // Its own, which is on its way out, is no sibling's to this window either.
    expect(await a.siblings()).toEqual([right]);
    await expect.poll(() => b.siblings()).toEqual([]);
  });

  test("DN40 one window after the other chooses", async () => {
    const { a, b } = twoWindows();
    const did: string[] = [];
    let go = (): void => undefined;
    const first = a.placing(async () => {
      did.push("a begins");
      await new Promise<void>((resolve) => (go = resolve));
      did.push("a ends");
    }, signal);
    const second = b.placing(async () => void did.push("b"), signal);
    await Promise.resolve();
    go();
    await Promise.all([first, second]);
    expect(did).toEqual(["a begins", "a ends", "b"]);
  });

  test("DN40 who waits hears of the first that is free, a crash included, and is no holder meanwhile", async () => {
    const { browser, first, a, b } = twoWindows();
    await a.hold(left, signal);
    await a.hold(right, signal);
    const c = createWindowLocks(browser.window());
    let woken = 0;
    const waits = [b.freed([left, right], signal), c.freed([left], signal)].map((wait) =>
      wait.then(() => (woken += 1)),
    );
    await Promise.resolve();
    expect([woken, await c.siblings()]).toEqual([0, [left, right]]);
    first.close();
    await Promise.all(waits);
    expect([woken, browser.held]).toEqual([2, []]);
  });

  test("DN40 waiting can be called off, and nothing to wait for is over at once", async () => {
    const { a, b } = twoWindows();
    await a.hold(left, signal);
    const stop = new AbortController();
    const wait = b.freed([left], stop.signal);
    stop.abort();
    await expect(wait).rejects.toThrow();
    await b.freed([], signal);
  });

  test("DN40 what is held twice is let go of with the second: a start may overlap the end of the one before", async () => {
    const { browser, a } = twoWindows();
    const [one, two] = [await a.hold(left, signal), await a.hold(left, signal)];
    one();
    one();
    expect(await a.siblings()).toEqual([]);
    expect(browser.held).toHaveLength(1);
    two();
    await expect.poll(() => browser.held).toEqual([]);
  });

  test("DN42 a page that is allowed no locks, as a frame whose storage is blocked, is as one without", async () => {
    const denied = (): Promise<never> => Promise.reject(new DOMException("The request was denied.", "SecurityError"));
    const locks = createWindowLocks({ query: denied, request: denied });
    const { signal } = new AbortController();
    const segment = { modelId: "m" as ModelId, from: 0, to: 1 };
    expect(await locks.placing(async () => "chosen", signal)).toBe("chosen");
    expect([await locks.siblings(), await locks.inUse()]).toEqual([[], []]);
    expect(await locks.hold(segment, signal)).toBeTypeOf("function");
    expect(await locks.tryHold("x")).toBeTypeOf("function");
  });

  test("DN42 without Web Locks nobody is a sibling and nothing waits", async () => {
    const windows = createWindowLocks(null);
    expect(windows).toBe(noLocks);
    const release = await windows.hold(left, signal);
    expect([await windows.siblings(), await windows.inUse()]).toEqual([[], []]);
    expect(await windows.tryHold("any")).not.toBeNull();
    await windows.freed([left], signal);
    expect(await windows.placing(async () => 7, signal)).toBe(7);
    release();
  });
});

describe("the turn of a whole model", () => {
  test("DN41 who asks next gets it once the other has let go, and says so until then", async () => {
    const { a, b } = twoWindows();
    const clock = new ManualClock();
    const asked: string[] = [];
    let receive = (_event: { data: unknown }): void => undefined;
    const toA: WindowChannel = { postMessage: () => undefined, addEventListener: (_, take) => (receive = take) };
    const toB: WindowChannel = { postMessage: (data) => receive({ data }), addEventListener: () => undefined };
    const first = createOwnModelTurn({ windows: a, channel: toA, clock, asked: (id) => void asked.push(id) });
    const second = createOwnModelTurn({ windows: b, channel: toB, clock, asked: () => undefined });
    const release = await first.take(modelId, signal);
    const next = second.take(modelId, signal);
    await clock.advance(2500);
    expect(asked).toEqual([modelId, modelId, modelId]);
    receive({ data: { want: 7 } });
    expect(asked).toHaveLength(3);
    release();
    (await clock.until(next))();
    expect(clock.pending).toBe(0);
    const stop = new AbortController();
    await clock.until(first.take(modelId, signal));
    const given = second.take(modelId, stop.signal);
    await clock.advance(10);
    stop.abort();
    await expect(given).rejects.toThrow();
  });
});
