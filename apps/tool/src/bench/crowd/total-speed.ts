import type { Span } from "./shares.ts";

/** From when the last of several answers has begun until the first has ended: in all of that time all of them ran. Null when there is no such time. */
export function spanTogether(answers: readonly (readonly number[])[]): Span | null {
  const from = Math.max(...answers.map((times) => times[0] ?? Number.NaN));
  const to = Math.min(...answers.map((times) => times.at(-1) ?? Number.NaN));
  return to > from ? { from, to } : null;
}

/** Tokens/s of several answers together within a span, from the times (ms) of their tokens. */
export function totalSpeed(answers: readonly (readonly number[])[], { from, to }: Span): number {
  const tokens = answers.flat().filter((at) => at > from && at <= to).length;
  return (tokens * 1000) / (to - from);
}
