/** Whether guessing pays, by the clock: what laps were planned to give and what they gave are not always the same. */

/** Weight of the newest lap. */
const newest = 0.15;
/** Fewer laps say nothing. */
const enoughLaps = 8;
/** Plain laps until guessing is tried again; twice as many each time it did not pay, up to the last. */
const firstRest = 48;
const longestRest = 768;

export class PayOff {
  #laps = 0;
  #tokens = 0;
  #ms = 0;
  #lastMs: number | null = null;
  #rest = 0;
  #nextRest = firstRest;

  /** `tokens` came at `nowMs`, from a lap with guesses or a plain one. */
  came(tokens: number, guessed: boolean, nowMs: number): void {
    const last = this.#lastMs;
    this.#lastMs = nowMs;
    if (!guessed || last === null) return;
    this.#laps += 1;
    const weight = Math.max(newest, 1 / this.#laps);
    this.#tokens += weight * (tokens - this.#tokens);
    this.#ms += weight * (nowMs - last - this.#ms);
  }

  /** A new turn or route: the time until its first token is no lap. */
  pause(): void {
    this.#lastMs = null;
  }

  /** Asked before each lap: false while guessing rests because it gave no more than `plainTokensPerSecond`. */
  pays(plainTokensPerSecond: number): boolean {
    if (this.#rest > 0) {
      this.#rest -= 1;
      return false;
    }
    if (this.#laps < enoughLaps || (1000 * this.#tokens) / Math.max(0.01, this.#ms) >= plainTokensPerSecond)
      return true;
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(longestRest, this.#nextRest * 2);
    this.#laps = 0;
    return false;
  }
}
