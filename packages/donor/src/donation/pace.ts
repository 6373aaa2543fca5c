/**
 * Does this tab keep up? Judged by its own steps: a hidden tab that computes as fast as ever is fine, and a visible one that
 * shares its GPU with a game is not.
 */

export interface PaceSample {
  readonly nowMs: number;
  /** The page is not visible. */
  readonly hidden: boolean;
  /** Median ms of the last decode steps; null before any. */
  readonly stepMs: number | null;
  /** Positions computed since the start. */
  readonly tokensServed: number;
}

type Verdict =
  | { readonly kind: "steady"; readonly tooSlowSinceMs: number | null }
  | {
      readonly kind: "slow";
      readonly why: "hidden" | "busy";
      readonly fastSinceMs: number | null;
      /** When the last step was seen. */
      readonly steppedAtMs: number;
    };

/** What is known so far. Begin with {@link firstPace}. */
export interface PaceState {
  readonly verdict: Verdict;
  /** The fastest median of this tab. */
  readonly bestMs: number | null;
  readonly tokensServed: number;
  /** Medians count from this many positions on: before, they hold steps of another time. */
  readonly freshFrom: number;
  /** How long a slow tab that computes nothing waits for its next chance. */
  readonly probationMs: number;
}

/** Steps behind a median, as the hop counts them, and one more. */
const medianSteps = 32;
/** A hidden tab was seen to be 2.7 times slower; a long context alone costs less than that. */
const slowFactor = 2.5;
/** Below this much more a lap hardly notices, and timers are coarse. */
const slowExtraMs = 25;
/** Apart from `slowFactor`, so that a tab between the two stays what it is. */
const fastFactor = 1.5;
/** A garbage collection or a page load lasts less. */
const sustainedMs = 3_000;
/** A tab that is asked for nothing can't show that it recovered; it is tried again after this, and twice this, … */
const firstProbationMs = 30_000;
const longestProbationMs = 480_000;
/** After each probation the best counts for less: what looked like a slump may be how fast this tab is. */
const bestGrowth = 1.5;

export const firstPace: PaceState = {
  verdict: { kind: "steady", tooSlowSinceMs: null },
  bestMs: null,
  tokensServed: 0,
  freshFrom: 0,
  probationMs: firstProbationMs,
};

/** The state after another look at the tab. */
export function nextPace(before: PaceState, sample: PaceSample): PaceState {
  const { nowMs, stepMs, tokensServed } = sample;
  const moved = tokensServed > before.tokensServed;
  const fresh = moved && stepMs !== null && tokensServed - before.freshFrom >= medianSteps;
  const bestMs = fresh ? Math.min(before.bestMs ?? stepMs, stepMs) : before.bestMs;
  const state: PaceState = { ...before, tokensServed, bestMs };
  const above = (factor: number): boolean =>
    fresh && bestMs !== null && stepMs > bestMs * factor && stepMs - bestMs > slowExtraMs;
  const { verdict } = before;

  if (verdict.kind === "steady") {
    if (!fresh) return state;
    const since = above(slowFactor) ? (verdict.tooSlowSinceMs ?? nowMs) : null;
    if (since === null || nowMs - since < sustainedMs) {
      return { ...state, verdict: { kind: "steady", tooSlowSinceMs: since } };
    }
    const why = sample.hidden ? "hidden" : "busy";
    return { ...state, verdict: { kind: "slow", why, fastSinceMs: null, steppedAtMs: nowMs } };
  }

  const steady: PaceState = { ...state, verdict: firstPace.verdict, freshFrom: tokensServed };
  if (verdict.why === "hidden" && !sample.hidden) return { ...steady, probationMs: firstProbationMs };
  if (!moved) {
    if (sample.hidden || nowMs - verdict.steppedAtMs < before.probationMs) return state;
    const probationMs = Math.min(before.probationMs * 2, longestProbationMs);
    return { ...steady, probationMs, bestMs: bestMs === null ? null : bestMs * bestGrowth };
  }
  const fastSinceMs = fresh && !above(fastFactor) ? (verdict.fastSinceMs ?? nowMs) : null;
  if (fastSinceMs !== null && nowMs - fastSinceMs >= sustainedMs) return { ...steady, probationMs: firstProbationMs };
  return { ...state, verdict: { ...verdict, fastSinceMs, steppedAtMs: nowMs } };
}
