/** The model in this very tab, where other windows of the browser want it too. */
import { ManualClock } from "@potluck/link";
import { expect, test } from "vitest";
import type { WindowChannel } from "../sharing/own-model-turn.ts";
import { createWindowLocks, ownModelName } from "../sharing/window-locks.ts";
import { createFakeLocks } from "../testing/fake-locks.ts";
import { ask, collect, makeTab, modelId } from "../testing/make-tab.ts";

/** Two windows, which hear each other. */
function windowsOfOneBrowser() {
  const browser = createFakeLocks();
  const hear: ((event: { data: unknown }) => void)[] = [];
  const clock = new ManualClock();
  const open = (self: number) => {
    const channel: WindowChannel = {
      postMessage: (data) => hear.forEach((receive, window) => window !== self && receive({ data })),
      addEventListener: (_type, receive) => void (hear[self] = receive),
    };
    const windows = createWindowLocks(browser.window());
    return makeTab({}, undefined, undefined, undefined, { clock, windows, channel });
  };
  return { browser, clock, made: [open(0), open(1)] as const };
}

test("DN41 the window that asks next gets the model, once the one that has it has unloaded it", async () => {
  const { browser, clock, made } = windowsOfOneBrowser();
  const [first, second] = made;
  const one = await clock.until(collect(first.tab, ask("1 2 3", "this-tab")));
  expect(one.kinds.at(-1)).toBe("done");
  expect(browser.held).toHaveLength(1);
  const two = await clock.until(collect(second.tab, ask("1 2 3", "this-tab")));
  expect(two.text).toBe(one.text);
  // Told once, while it waits, and before anything is loaded.
  expect([one.kinds.includes("sharing"), two.kinds.filter((kind) => kind === "sharing").length]).toEqual([false, 1]);
  expect(two.kinds[0]).toBe("sharing");
  expect((await first.opened[0]?.runner.gone)?.fault).toBe("closed");
  expect(browser.held).toHaveLength(1);
  // And back again: what was unloaded is loaded anew.
  const three = await clock.until(collect(first.tab, ask("1 2 3", "this-tab")));
  expect([three.text, first.opened.length]).toEqual([one.text, 2]);
});

test("DN41 an answer that runs is not cut short, and who waits may stop", async () => {
  const { clock, made } = windowsOfOneBrowser();
  const [first, second] = made;
  let other: Promise<unknown> | null = null;
  const stop = new AbortController();
  const wholeTime = await clock.until(
    collect(first.tab, ask("1 2 3", "this-tab"), undefined, (event) => {
      if (event.kind === "text") other ??= collect(second.tab, ask("4 5", "this-tab"), stop.signal);
    }),
  );
  expect(wholeTime.kinds.at(-1)).toBe("done");
  expect(other).not.toBeNull();
  stop.abort();
  expect(await clock.until(other ?? Promise.resolve())).toMatchObject({ kinds: expect.arrayContaining(["done"]) });
  expect(second.opened).toHaveLength(0);
});

test("DN41 a window that never gives the model back is waited for ten minutes, and then named", async () => {
  const { browser, clock, made } = windowsOfOneBrowser();
  // It is frozen: it holds the model, and hears nothing.
  const release = await createWindowLocks(browser.window()).tryHold(ownModelName(modelId));
  const heard: string[] = [];
  const asked = collect(made[0].tab, ask("1 2 3", "this-tab"), undefined, ({ kind }) => heard.push(kind));
  await expect(clock.until(asked)).rejects.toMatchObject({
    problem: { code: "queue-timeout", id: "heldByWindow", advice: expect.stringContaining("close that window") },
  });
  expect([heard, clock.now(), made[0].opened.length]).toEqual([["sharing"], 600_000, 0]);
  release?.();
  expect((await clock.until(collect(made[0].tab, ask("1 2 3", "this-tab")))).kinds.at(-1)).toBe("done");
});
