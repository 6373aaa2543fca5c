/** How long this route may be silent before something must be wrong with it, from what was measured (RP7, RP11). */

/** Never less: a tab on a busy machine may not get to run for some seconds. */
const leastMs = 5000;
/** Before anything was measured: a first run compiles shaders. */
const unmeasuredMs = 60_000;
/** How many times the longest usual gap is too long. */
const slack = 8;
/** Gaps remembered. */
const kept = 32;

export class PaceWatch {
  readonly #now: () => number;
  readonly #gaps: number[] = [];
  #lastMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#lastMs = now();
  }

  /** Waiting begins: what was before is no gap. */
  start(): void {
    this.#lastMs = this.#now();
  }

  /** A token, or a hop's word that it has computed something. */
  progress(): void {
    const now = this.#now();
    this.#gaps.push(now - this.#lastMs);
    if (this.#gaps.length > kept) this.#gaps.shift();
    this.#lastMs = now;
  }

  /** Ms without progress. */
  get silentMs(): number {
    return this.#now() - this.#lastMs;
  }

  /** Ms without progress after which a hop must be stuck. */
  get deadlineMs(): number {
    return this.#gaps.length === 0 ? unmeasuredMs : Math.max(leastMs, slack * Math.max(...this.#gaps));
  }
}
