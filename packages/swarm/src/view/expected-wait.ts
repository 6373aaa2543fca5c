/**
 * About how long the one at `position` (1 is next) waits until enough of the running answers are over, in ms: each is expected
 * to take `usualMs`, one that takes longer to end at any moment, and whoever is served before to take as long again (SW31).
 * Null where nothing runs, or nobody knows how long an answer takes.
 *
 * @param runningMs for how long each answer runs already.
 */
export function expectedWait(position: number, runningMs: readonly number[], usualMs: number | null): number | null {
  if (usualMs === null || runningMs.length === 0) return null;
  const left = runningMs.map((ms) => Math.max(0, usualMs - ms)).toSorted((a, b) => a - b);
  const rounds = Math.floor((position - 1) / left.length);
  return Math.round((left[(position - 1) % left.length] ?? 0) + rounds * usualMs);
}
