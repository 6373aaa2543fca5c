/** The laps that a first hop has under way, and the ids of the rows it ran. */
import type { Guess } from "./guesser.ts";

export interface LapUnderWay {
  /** Position of its first row, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Where its guesses begin; `to` when it has none. */
  readonly guessedFrom: number;
  readonly source: Guess["source"] | null;
  readonly sentMs: number;
  /** No other lap was under way when it began. */
  readonly alone: boolean;
}

export class Flight {
  #laps: LapUnderWay[] = [];
  /** Ids of all rows in the shard's KV, guessed ones included. */
  readonly rowIds: number[] = [];
  /** True ids of a session's beginning that have no rows yet, while another session's rows may be taken for them (PX1). */
  opening: number[] = [];
  /** How many laps may be under way. */
  allowed = 1;
  /** Position of the answer's last token, which is not run; infinite until it came. */
  end: number = Number.POSITIVE_INFINITY;

  get laps(): number {
    return this.#laps.length;
  }

  begin(lap: Omit<LapUnderWay, "alone">): void {
    this.#laps.push({ ...lap, alone: this.#laps.length === 0 });
  }

  /** Who guessed the row at `position`. */
  sourceOf(position: number): Guess["source"] | null {
    return this.#laps.find(({ guessedFrom, to }) => guessedFrom <= position && position < to)?.source ?? null;
  }

  /**
   * Tokens from `position` on came, so that the first `known` are known: the lap that gave them, where it began just before.
   * It is over, and so are laps all of whose rows have given theirs.
   */
  answered(position: number, known: number): LapUnderWay | null {
    const lap = this.#laps.find(({ from }) => from + 1 === position) ?? null;
    this.#laps = this.#laps.filter((each) => each !== lap && each.to >= known);
    return lap;
  }

  /** Rows from `length` on are forgotten, and laps that began there are of no use any more. */
  cut(length: number): void {
    if (this.rowIds.length > length) this.rowIds.length = length;
    this.#laps = this.#laps.filter(({ from }) => from < length);
  }

  /** Another turn or epoch, in which the first `length` rows are certain. */
  restart(length: number): void {
    this.cut(length);
    this.#laps = [];
    this.opening = [];
    this.allowed = 1;
    this.end = Number.POSITIVE_INFINITY;
  }
}
