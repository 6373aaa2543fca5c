/** The three steps that drop unlikely tokens. Each keeps at least the most likely one and the order of ids. */

export interface Candidate {
  readonly id: number;
  /** Probability relative to the most likely token's; that one has 1. */
  readonly weight: number;
}

const byWeight = (a: Candidate, b: Candidate): number => b.weight - a.weight || a.id - b.id;

/** The `k` most likely, with everything that ties with the last of them; all when `k` is 0. */
export function keepTopK(candidates: Candidate[], k: number): Candidate[] {
  if (k <= 0 || k >= candidates.length) return candidates;
  const weights = Float64Array.from(candidates, (candidate) => candidate.weight).sort();
  const least = weights[weights.length - k] as number;
  return candidates.filter((candidate) => candidate.weight >= least);
}

/** Weights below this share of the best are looked at only when the others do not reach `p`. */
const likelyWeight = 1e-5;

/** The fewest most likely candidates whose probabilities reach `p`, lower ids first among equals. */
export function keepTopP(candidates: Candidate[], p: number): Candidate[] {
  if (p >= 1 || candidates.length < 2) return candidates;
  const wanted = p * candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  // Sorting a whole vocabulary takes longer than a decode step, and nearly always a handful of candidates is enough.
  const likely = candidates.filter((candidate) => candidate.weight >= likelyWeight).sort(byWeight);
  const enough = likely.reduce((sum, candidate) => sum + candidate.weight, 0) >= wanted;
  const sorted = enough ? likely : candidates.toSorted(byWeight);
  let sum = 0;
  let count = 0;
  while (count < sorted.length && (count === 0 || sum < wanted)) {
    sum += (sorted[count] as Candidate).weight;
    count += 1;
  }
  return sorted.slice(0, count).sort((a, b) => a.id - b.id);
}

/** Those at least `minP` times as likely as the most likely. */
export function keepMinP(candidates: Candidate[], minP: number): Candidate[] {
  return minP <= 0 ? candidates : candidates.filter((candidate) => candidate.weight >= minP);
}
