/** How many guesses a lap should carry, from what was measured. Pure. */

/** What is known of a route and of a source of guesses. Times in ms. */
export interface LapEstimates {
  /** Probability that a guess is right, given that those before it were: 0 to 1. */
  readonly acceptance: number;
  /** Ms to make one guess. */
  readonly guessMs: number;
  /** Part of a lap that no hop computes: travel and event loops. */
  readonly travelMs: number;
  /** Ms that all hops together compute for a lap of so many rows. */
  readonly computeMs: (rows: number) => number;
  readonly hops: number;
}

export interface LapPlan {
  /** Guesses in one lap; 0 for none. */
  readonly guesses: number;
  /** Laps that may be under way at once; more than 1 only while guesses are nearly always right (SD8). */
  readonly laps: number;
  /** What this is expected to give, in tokens/s. */
  readonly tokensPerSecond: number;
}

const widths = [1, 2, 3, 5, 7, 11, 15, 23];
/** SD8: below this, work ahead is mostly thrown away. */
const aheadAcceptance = 0.8;
/** More laps under way than this only cost more when a guess was wrong. */
const maxLaps = 8;
/** Guessing must gain this much: estimates are noisy, and wrong rows heat somebody's machine. */
const worthwhile = 1.05;
/** And each wider lap this much more. */
const worthWidening = 1.02;

/** Tokens that `guesses` guesses give with what is drawn after them: (1 - a^(k+1)) / (1 - a), Leviathan et al. 2023, eq. 1. */
export function expectedTokens(acceptance: number, guesses: number): number {
  if (acceptance >= 1) return guesses + 1;
  return (1 - acceptance ** (guesses + 1)) / (1 - acceptance);
}

/** The plan with the most tokens per second; plain laps where no guessing gains at least a twentieth. */
export function planLap(estimates: LapEstimates): LapPlan {
  const plain = 1000 / Math.max(0.01, estimates.travelMs + estimates.computeMs(1));
  let best: LapPlan = { guesses: 0, laps: 1, tokensPerSecond: plain };
  let enough = plain * worthwhile;
  for (const guesses of widths) {
    for (const plan of [oneByOne(estimates, guesses), ahead(estimates, guesses)]) {
      if (plan === null || plan.tokensPerSecond <= enough) continue;
      best = plan;
      enough = plan.tokensPerSecond * worthWidening;
    }
  }
  return best;
}

function oneByOne({ acceptance, guessMs, travelMs, computeMs }: LapEstimates, guesses: number): LapPlan {
  const lapMs = travelMs + computeMs(guesses + 1) + guesses * guessMs;
  return { guesses, laps: 1, tokensPerSecond: (1000 * expectedTokens(acceptance, guesses)) / Math.max(0.01, lapMs) };
}

/**
 * Laps follow each other as fast as the slowest stage lets them until a guess is wrong, which happens after 1 / (1 - a)
 * tokens and costs a whole lap, in which nothing that is computed counts. The first hop both guesses and runs its rows.
 */
function ahead(estimates: LapEstimates, guesses: number): LapPlan | null {
  const { acceptance, guessMs, travelMs, computeMs, hops } = estimates;
  if (acceptance <= aheadAcceptance) return null;
  const stageMs = Math.max(0.01, guesses * guessMs + computeMs(guesses) / hops);
  const lapMs = travelMs + computeMs(guesses) + guesses * guessMs;
  const laps = Math.min(maxLaps, Math.ceil(lapMs / stageMs) + 1);
  if (laps < 2) return null;
  const tokensUntilWrong = 1 / Math.max(0.001, 1 - acceptance);
  // With too few laps under way the first hop waits for answers.
  const perLapMs = Math.max(stageMs, lapMs / laps);
  const cycleMs = (tokensUntilWrong / guesses) * perLapMs + lapMs;
  return { guesses, laps, tokensPerSecond: (1000 * tokensUntilWrong) / cycleMs };
}
