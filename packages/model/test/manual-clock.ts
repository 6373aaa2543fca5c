import type { Clock } from "../src/fetch/clock.ts";

export interface ManualClock extends Clock {
  /** Pauses that passed by themselves, in ms. */
  readonly pauses: readonly number[];
  /** Sleeps that wait for the clock to be moved. */
  readonly asleep: number;
  /** Resolves when somebody waits for the clock to be moved. */
  whenAsleep(): Promise<void>;
  advance(ms: number): void;
}

/** A clock that stands still, except that sleeps shorter than `skipBelowMs` are over at once and take their time with them. */
export function manualClock(skipBelowMs = 20_000): ManualClock {
  let nowMs = 0;
  const pauses: number[] = [];
  let sleepers: { readonly dueMs: number; readonly wake: () => void }[] = [];
  let watchers: (() => void)[] = [];
  return {
    pauses,
    get asleep() {
      return sleepers.length;
    },
    whenAsleep: () => (sleepers.length > 0 ? Promise.resolve() : new Promise((resolve) => void watchers.push(resolve))),
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
      const due = sleepers.filter((sleeper) => sleeper.dueMs <= nowMs);
      sleepers = sleepers.filter((sleeper) => sleeper.dueMs > nowMs);
      for (const { wake } of due) wake();
    },
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      if (ms < skipBelowMs) {
        nowMs += ms;
        pauses.push(ms);
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const sleeper = { dueMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        for (const watcher of watchers) watcher();
        watchers = [];
        signal.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        });
      });
    },
  };
}
