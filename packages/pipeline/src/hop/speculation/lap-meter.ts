/** Remembers what laps cost, so that the next can be planned. One route's; times in ms. */

/** Weight of the newest measurement: old ones count a tenth after some eight laps. */
const newest = 0.25;
/** Until a width was measured a further row is taken to cost this share of the first: what GPUs were seen to do. */
const guessedRowShare = 0.1;

export interface Lap {
  readonly rows: number;
  /** From the sending of the rows to the coming of the tokens; null when other laps were under way. */
  readonly aloneMs: number | null;
  readonly computeMs: number;
  readonly waitMs: number;
}

export class LapMeter {
  /** By rows of a lap. */
  readonly #computeMs = new Map<number, number>();
  #travelMs: number | null = null;
  #waitShare = 0;

  add({ rows, aloneMs, computeMs, waitMs }: Lap): void {
    this.#computeMs.set(rows, mixed(this.#computeMs.get(rows), computeMs));
    this.#waitShare = mixed(this.#waitShare, waitMs / Math.max(0.01, computeMs));
    if (aloneMs !== null) {
      this.#travelMs = mixed(this.#travelMs ?? undefined, Math.max(0, aloneMs - computeMs - waitMs));
    }
  }

  /** Whether any lap was measured. */
  get knows(): boolean {
    return this.#travelMs !== null && this.#computeMs.size > 0;
  }

  get travelMs(): number {
    return this.#travelMs ?? 0;
  }

  /** How long rows wait for other chats, as a share of what they compute. */
  get waitShare(): number {
    return this.#waitShare;
  }

  /** Ms of a lap of `rows`: measured, or on the line between the nearest measured ones. */
  computeMs(rows: number): number {
    const measured = this.#computeMs.get(rows);
    if (measured !== undefined) return measured;
    const known = [...this.#computeMs].toSorted(([a], [b]) => a - b);
    const below = known.findLast(([at]) => at < rows);
    const above = known.find(([at]) => at > rows);
    if (below === undefined) return above?.[1] ?? 0;
    if (above === undefined) return below[1] * (1 + (guessedRowShare * (rows - below[0])) / below[0]);
    return below[1] + ((above[1] - below[1]) * (rows - below[0])) / (above[0] - below[0]);
  }
}

function mixed(before: number | undefined, now: number): number {
  return before === undefined ? now : before + newest * (now - before);
}
