/** What a donor is shown of its own work. */
export interface HopStats {
  /** Positions computed since the shard was loaded. */
  readonly tokensServed: number;
  /** Chats of which this tab is a hop now. */
  readonly sessions: number;
  /** Of these, the ones with an answer in progress, as far as a hop can tell. */
  readonly answering: number;
  /** Chats for which it stands by. */
  readonly standingBy: number;
  /** Rows kept to be sent again, over all chats: at most what they reserved. */
  readonly loggedPositions: number;
  /** Median ms of the last one-position runs; null before any. */
  readonly stepMs: number | null;
}

const kept = 31;

/** Remembers the last one-position runs. */
export function createStepMeter(): { add(ms: number): void; median(): number | null } {
  const last: number[] = [];
  return {
    add(ms) {
      last.push(ms);
      if (last.length > kept) last.shift();
    },
    median() {
      return last.toSorted((a, b) => a - b)[Math.floor(last.length / 2)] ?? null;
    },
  };
}
