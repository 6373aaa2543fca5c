/** What a donor is shown of its own work. */
export interface HopStats {
  /** Positions computed since the shard was loaded. */
  readonly tokensServed: number;
  /** Of these, the positions of other tabs' chats; and those chats' answers that began here. */
  readonly forOthers: { readonly tokens: number; readonly answers: number };
  /** Chats of which this tab is a hop now. */
  readonly sessions: number;
  /** Of these, the ones with an answer in progress, as far as a hop can tell. */
  readonly answering: number;
  /** Chats for which it stands by. */
  readonly standingBy: number;
  /** Rows kept to be sent again, over all chats: at most what they reserved. */
  readonly loggedPositions: number;
  /** Median ms of the last runs, as if each had one position; null before any. */
  readonly stepMs: number | null;
  /** Guesses that this tab made for chats whose first hop it is, and how many were right. */
  readonly speculation: { readonly drafted: number; readonly accepted: number };
}

const kept = 31;

/** Wider runs are prefill. */
const widest = 24;

/**
 * Remembers the last runs as what they would have taken with one position: a run of several is compared with the best of
 * its own width, so that guessing does not look like a slow device.
 */
export function createStepMeter(): { add(positions: number, ms: number): void; median(): number | null } {
  const last: number[] = [];
  const best = new Map<number, number>();
  return {
    add(positions, ms) {
      if (positions > widest) return;
      best.set(positions, Math.min(best.get(positions) ?? Number.POSITIVE_INFINITY, ms));
      const single = best.get(1);
      const own = best.get(positions);
      if (single === undefined || own === undefined || own === 0) return;
      last.push((ms / own) * single);
      if (last.length > kept) last.shift();
    },
    median() {
      return last.toSorted((a, b) => a - b)[Math.floor(last.length / 2)] ?? null;
    },
  };
}
