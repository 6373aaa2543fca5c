import type { Clock } from "../clock.ts";

const startMs = Date.UTC(2026, 10, 23, 12);

/** A clock that stands until it is told to go on. */
export class ManualClock implements Clock {
  #nowMs = 1000;
  readonly #tasks = new Set<{ readonly periodMs: number; readonly task: () => void; dueMs: number }>();

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return startMs + this.#nowMs;
  }

  every(periodMs: number, task: () => void): () => void {
    const entry = { periodMs, task, dueMs: this.#nowMs + periodMs };
    this.#tasks.add(entry);
    return () => this.#tasks.delete(entry);
  }

  /** Runs whatever is due on the way, in order of time. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#tasks].filter((t) => t.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.dueMs += next.periodMs;
      next.task();
    }
    this.#nowMs = untilMs;
  }

  /** As when the machine slept: what was due runs once. */
  leap(ms: number): void {
    this.#nowMs += ms;
    for (const entry of this.#tasks) {
      if (entry.dueMs > this.#nowMs) continue;
      entry.dueMs = this.#nowMs + entry.periodMs;
      entry.task();
    }
  }
}
