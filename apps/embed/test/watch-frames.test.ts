import { expect, test } from "vitest";
import { type View, watchFrames } from "../src/loader/watch-frames.ts";

/** A page that draws when it is told to. */
function makePage() {
  let nowMs = 0;
  let drawn: ((nowMs: number) => void) | null = null;
  let timer: { readonly done: () => void; readonly afterMs: number } | null = null;
  let changed: (() => void) | null = null;
  const view: View = {
    document: {
      hidden: false,
      addEventListener: (_: string, listener: unknown) => {
        changed = listener as () => void;
      },
      removeEventListener: () => {
        changed = null;
      },
    },
    requestAnimationFrame: (next) => {
      drawn = next;
      return 1;
    },
    cancelAnimationFrame: () => {
      drawn = null;
    },
    setTimeout: (done, afterMs) => {
      timer = { done, afterMs };
      return 1;
    },
    clearTimeout: () => {
      timer = null;
    },
  };
  return {
    view,
    /** Draws frames, each so many ms after the one before it. */
    draw: (...deltasMs: readonly number[]) => {
      for (const deltaMs of [0, ...deltasMs]) {
        nowMs += deltaMs;
        const next = drawn;
        drawn = null;
        next?.(nowMs);
      }
    },
    isLooking: () => drawn !== null,
    /** Ends the rest between two looks and says how long it was meant to be. */
    rest: () => {
      const waited = timer;
      timer = null;
      nowMs += waited?.afterMs ?? 0;
      waited?.done();
      return waited?.afterMs;
    },
    turn: () => changed?.(),
    isIdle: () => drawn === null && timer === null && changed === null,
  };
}

const smooth = Array.from({ length: 63 }, () => 16);
const late = (count: number): readonly number[] => [
  ...Array.from({ length: count }, () => 60),
  ...Array.from({ length: Math.ceil((1000 - 60 * count) / 20) }, () => 20),
];

test("EB14 the page suffers when late frames took over 30 % of the second, and it is told when that changes", () => {
  const page = makePage();
  const told: boolean[] = [];
  watchFrames(page.view, (suffers) => told.push(suffers));
  page.draw(...smooth);
  expect(told).toEqual([false]);
  // 300 ms of 1,000 are bearable.
  page.rest();
  page.draw(...late(5));
  expect(told).toEqual([false]);
  page.rest();
  page.draw(...late(6));
  expect(told).toEqual([false, true]);
  page.rest();
  page.draw(2500);
  expect(told).toEqual([false, true]);
  page.rest();
  page.draw(...smooth);
  expect(told).toEqual([false, true, false]);
});

test("EB14 it looks for one second in four, and not at all once it was ended", () => {
  const page = makePage();
  const end = watchFrames(page.view, () => {});
  expect(page.isLooking()).toBe(true);
  page.draw(...smooth);
  expect(page.isLooking()).toBe(false);
  expect(page.rest()).toBe(3000);
  expect(page.isLooking()).toBe(true);
  end();
  expect(page.isIdle()).toBe(true);
});

test("EB14 a second in which the page was hidden says nothing", () => {
  const page = makePage();
  const told: boolean[] = [];
  watchFrames(page.view, (suffers) => told.push(suffers));
  page.draw(16, 16);
  page.turn();
  page.draw(60_000);
  expect(told).toEqual([]);
  page.rest();
  page.draw(...late(10));
  expect(told).toEqual([true]);
});
