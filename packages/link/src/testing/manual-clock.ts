import type { Clock } from "../clock.ts";

/** Microtasks that may follow one another before the next timer is due; chains of awaits are far shorter. */
const settleRounds = 120;

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that stands still until a test moves it. Timers of one instant fire in the order they were set. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, fn: () => void): () => void {
    const timer: Timer = { at: this.#nowMs + Math.max(0, ms), fn };
    const behind = this.#timers.findIndex((other) => other.at > timer.at);
    this.#timers.splice(behind === -1 ? this.#timers.length : behind, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Timers that are set: what a closed thing must not leave behind. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves on by `ms`, firing what falls due, and lets promises settle between. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await settle();
    while ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= end) {
      this.#fire();
      await settle();
    }
    this.#nowMs = end;
  }

  /** Moves from timer to timer until `promise` settles. Throws when nothing is left to wait for, or after `limitMs`. */
  async until<T>(promise: Promise<T>, limitMs = 600_000): Promise<T> {
    const wait = { settled: false };
    const mark = (): void => void (wait.settled = true);
    promise.then(mark, mark);
    const end = this.#nowMs + limitMs;
    await settle();
    while (!wait.settled) {
      if (this.#timers.length === 0) throw new Error("nothing is due and the promise did not settle");
      if ((this.#timers[0]?.at ?? 0) > end) throw new Error(`the promise did not settle within ${limitMs} ms`);
      this.#fire();
      await settle();
    }
    return promise;
  }

  #fire(): void {
    const timer = this.#timers.shift();
    if (timer === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, timer.at);
    timer.fn();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < settleRounds; i++) await Promise.resolve();
}
