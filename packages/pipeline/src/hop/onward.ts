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

/** How rows are told to the next hop. */
export interface RowMarks {
  readonly branch: number;
  readonly announced: boolean;
  readonly lap: LapTimes;
}

/** Rows `from` to `to` that were appended together and must be sent as they are. */
interface Chunk extends RowMarks {
  readonly from: number;
  readonly to: number;
}

export interface OnwardOptions {
  /** Sends rows that begin at `position`. Rejects when the link is lost. */
  readonly send: (position: number, rows: Rows, marks: RowMarks) => Promise<void>;
  /** The link was lost while rows had to go. */
  readonly lost: (error: unknown) => void;
}

const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
/** Of rows that are sent again: they are certain, and nobody waits for their times. */
const unmarked: RowMarks = { branch: 0, announced: false, lap: noTimes };

export class Onward {
  readonly #options: OnwardOptions;
  readonly #log = new RowLog();
  #shape: Pick<Rows, "dtype" | "width"> | null = null;
  /** Rows of this epoch that may not have been sent yet, oldest first. */
  #chunks: Chunk[] = [];
  #state: OnwardState = { kind: "flowing", sentTo: 0 };
  /** Which loop sends; null when none does. An older one that still waits for a link sends nothing more. */
  #pump: symbol | null = null;
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
    this.#pump = null;
    this.#state = { kind: "waiting" };
  }

  /** The next hop has `length` positions; it may be ahead of this log. */
  flowFrom(length: number): void {
    this.#generation += 1;
    this.#state = { kind: "flowing", sentTo: length };
    this.#pump = null;
    this.#wake();
  }

  push(rows: Rows, marks: RowMarks): void {
    const { dtype, width } = rows;
    this.#shape = { dtype, width };
    const from = this.#log.length;
    this.#log.append(rows.data, rows.count);
    this.#mark({ ...marks, from, to: this.#log.length });
    this.#wake();
  }

  /** Rows of a prompt that pile up are sent together; those of a lap keep their own frame. */
  #mark(chunk: Chunk): void {
    const last = this.#chunks.at(-1);
    const joins = last !== undefined && !last.announced && !chunk.announced && last.branch === chunk.branch;
    if (!joins) return void this.#chunks.push(chunk);
    this.#chunks.pop();
    this.#chunks.push({ ...chunk, from: last.from });
  }

  /** SD4: a new epoch; only the first `length` rows are certain, and branches count anew. */
  restart(length: number): void {
    this.forget(length);
    this.#chunks = [];
  }

  /** PX1: another session's first `length` rows are this one's, and the next hop will say how many of them it has. */
  copy(other: Onward, length: number): void {
    this.hold();
    const shape = other.#shape;
    if (shape === null) return;
    this.#shape = shape;
    this.#log.append(other.#log.rows(0, length), length);
  }

  /** PL6: forgets rows from `length` on. */
  forget(length: number): void {
    this.#log.truncate(length);
    this.#chunks = this.#chunks
      .map((chunk) => (chunk.to > length ? { ...chunk, to: length } : chunk))
      .filter(({ from, to }) => to > from);
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
    this.#chunks = [];
    this.#log.clear();
  }

  /** How far the frame that begins at `from` goes, and what it says of its rows. */
  #next(from: number): { readonly to: number; readonly marks: RowMarks } {
    const [chunk] = this.#chunks;
    const most = from + prefillChunkTokens;
    if (chunk === undefined) return { to: Math.min(this.#log.length, most), marks: unmarked };
    if (from < chunk.from) return { to: Math.min(chunk.from, most), marks: unmarked };
    return most < chunk.to ? { to: most, marks: { ...chunk, lap: noTimes } } : { to: chunk.to, marks: chunk };
  }

  #wake(): void {
    if (this.#pump === null) void this.#run();
  }

  async #run(): Promise<void> {
    const self = Symbol("pump");
    this.#pump = self;
    while (this.#pump === self) {
      const state = this.#state;
      const shape = this.#shape;
      if (state.kind === "waiting" || shape === null || state.sentTo >= this.#log.length) {
        // In the same breath as the look: a row that is pushed any later must find nobody pumping.
        this.#pump = null;
        return;
      }
      const from = state.sentTo;
      this.#chunks = this.#chunks.filter((chunk) => chunk.to > from);
      const { to, marks } = this.#next(from);
      const rows = { ...shape, count: to - from, data: this.#log.rows(from, to) };
      this.#state = { kind: "flowing", sentTo: to };
      const generation = this.#generation;
      try {
        await this.#options.send(from, rows, marks);
      } catch (error) {
        if (generation !== this.#generation) continue;
        this.hold();
        return this.#options.lost(error);
      }
    }
  }
}
