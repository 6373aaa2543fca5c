/**
 * Tokens/s of several answers together, from the times (ms) of their tokens: all tokens after the last answer has begun and until
 * the first has ended, so that in all of that time all of them ran. NaN when there is no such time.
 */
export function totalSpeed(answers: readonly (readonly number[])[]): number {
  const from = Math.max(...answers.map((times) => times[0] ?? Number.NaN));
  const to = Math.min(...answers.map((times) => times.at(-1) ?? Number.NaN));
  const tokens = answers.flat().filter((at) => at > from && at <= to).length;
  return to > from ? (tokens * 1000) / (to - from) : Number.NaN;
}
