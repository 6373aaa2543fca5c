/** A hop's way to the one after it: the log, and how far it has been sent. */
import { type FrameDtype, type LapTimes, prefillChunkTokens } from "@potluck/protocol";
import { RowLog } from "./row-log.ts";

export interface Rows {
  readonly dtype: FrameDtype;
  readonly count: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/**
 * `waiting`: the next hop has not said yet, in this epoch, from where it needs rows. `flowing`: everything from `sentTo` on
 * is sent, first what it lacks, then each new row (RP2, RP3).
 */
export type OnwardState = { readonly kind: "waiting" } | { readonly kind: "flowing"; readonly sentTo: number };

export interface OnwardOptions {
  /** Sends rows that begin at `position`. Rejects when the link is lost. */
  readonly send: (position: number, rows: Rows, lap: LapTimes) => Promise<void>;
  /** The link was lost while rows had to go. */
  readonly lost: (error: unknown) => void;
}

const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };

export class Onward {
  readonly #options: OnwardOptions;
  readonly #log = new RowLog();
  #shape: Pick<Rows, "dtype" | "width"> | null = null;
  /** Times of the last appended row, told only when it is sent as it comes. */
  #lap: LapTimes = noTimes;
  #state: OnwardState = { kind: "flowing", sentTo: 0 };
  #pumping = false;
  /** Raised whenever the state is set from outside, so that a pump that slept knows. */
  #generation = 0;

  constructor(options: OnwardOptions) {
    this.#options = options;
  }

  get state(): OnwardState {
    return this.#state;
  }

  /** Rows in the log. */
  get length(): number {
    return this.#log.length;
  }

  /** Sends nothing until {@link flowFrom}. */
  hold(): void {
    this.#generation += 1;
    this.#state = { kind: "waiting" };
  }

  /** The next hop has `length` positions; it may be ahead of this log. */
  flowFrom(length: number): void {
    this.#generation += 1;
    this.#state = { kind: "flowing", sentTo: length };
    this.#pump();
  }

  push(rows: Rows, lap: LapTimes): void {
    const { dtype, width } = rows;
    this.#shape = { dtype, width };
    this.#lap = lap;
    this.#log.append(rows.data, rows.count);
    this.#pump();
  }

  /** PL6: forgets rows from `length` on. */
  forget(length: number): void {
    this.#log.truncate(length);
  }

  /** PL6: the next hop forgets them too, so they count as not sent. */
  truncate(length: number): void {
    this.forget(length);
    if (this.#state.kind !== "flowing" || this.#state.sentTo <= length) return;
    this.#generation += 1;
    this.#state = { kind: "flowing", sentTo: length };
  }

  clear(): void {
    this.hold();
    this.#log.clear();
  }

  #pump(): void {
    if (!this.#pumping) void this.#run();
  }

  async #run(): Promise<void> {
    this.#pumping = true;
    for (;;) {
      const state = this.#state;
      const shape = this.#shape;
      if (state.kind === "waiting" || shape === null || state.sentTo >= this.#log.length) {
        // In the same breath as the look: a row that is pushed any later must find nobody pumping.
        this.#pumping = false;
        return;
      }
      const from = state.sentTo;
      const to = Math.min(this.#log.length, from + prefillChunkTokens);
      const rows = { ...shape, count: to - from, data: this.#log.rows(from, to) };
      this.#state = { kind: "flowing", sentTo: to };
      const generation = this.#generation;
      try {
        await this.#options.send(from, rows, to === this.#log.length ? this.#lap : noTimes);
      } catch (error) {
        if (generation !== this.#generation) continue;
        this.hold();
        this.#pumping = false;
        return this.#options.lost(error);
      }
    }
  }
}
