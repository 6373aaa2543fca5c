import { SourceError } from "../read/byte-source.ts";
import type { Clock } from "./clock.ts";
import type { Interrupted } from "./http-attempt.ts";

export interface BackOffLimits {
  /** Attempts in a row that brought next to nothing. */
  readonly attempts: number;
  /** Since the last byte that came. */
  readonly deadlineMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** Five pauses of about 0.5, 1, 2, 4, 8 s outlast a changed Wi-Fi or a restarted server; 90 s hold four stalls. */
export const usualLimits: BackOffLimits = {
  attempts: 6,
  deadlineMs: 90_000,
  firstPauseMs: 500,
  longestPauseMs: 15_000,
};

/** Fewer bytes than this between two breaks are no progress: a server that gives one byte a try would be tried for ever. */
const progressBytes = 64 * 1024;

/** Decides whether and when a broken transfer is tried again (MO22). One for each range that is read. */
export class BackOff {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #limits: BackOffLimits;
  #failures = 0;
  #bytes = 0;
  #lastByteMs: number;

  constructor(clock: Clock, random: () => number, limits: BackOffLimits) {
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
    this.#lastByteMs = clock.now();
  }

  came(bytes: number): void {
    this.#lastByteMs = this.#clock.now();
    this.#bytes += bytes;
    if (this.#bytes < progressBytes) return;
    this.#bytes = 0;
    this.#failures = 0;
  }

  /** Pauses before the next attempt, or throws the SourceError that ends them. `what` names file and range. */
  async pause(broken: Interrupted, what: string, signal: AbortSignal | undefined): Promise<void> {
    const { attempts, deadlineMs, firstPauseMs, longestPauseMs } = this.#limits;
    this.#failures += 1;
    const quietMs = this.#clock.now() - this.#lastByteMs;
    // Half of the pause is jitter, so that tabs that a restart threw out do not come back in step.
    const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1)) * (0.5 + this.#random() / 2);
    const pauseMs = Math.max(growing, broken.retryAfterMs ?? 0);
    if (this.#failures >= attempts || quietMs + pauseMs > deadlineMs)
      throw new SourceError(
        broken.fault,
        `${what} could not be had: ${broken.message} (tried ${this.#failures} times). Check the connection and try again.`,
        { cause: broken },
      );
    await this.#clock.sleep(pauseMs, signal ?? new AbortController().signal);
  }
}
