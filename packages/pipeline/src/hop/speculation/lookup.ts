/** Guesses from the text itself: what followed the last tokens when they came before. */

export interface LookupGuess {
  readonly ids: readonly number[];
  /** How many of the last tokens were found again, at most 8. */
  readonly match: number;
}

/** A longer match says no more about what follows. */
const longestMatch = 8;
/** One common token that came before says nothing. */
const shortestMatch = 2;

/**
 * Up to `count` ids that followed the longest earlier occurrence of the end of `ids`, the latest of equally long ones; null
 * when fewer than two tokens are found again. Prompt lookup decoding: Saxena 2023. Looks through at most `ids.length` places.
 */
export function lookUp(ids: readonly number[], count: number): LookupGuess | null {
  const end = ids.length - 1;
  let best = shortestMatch - 1;
  let at = -1;
  for (let candidate = end - 1; candidate >= shortestMatch - 1 && best < longestMatch; candidate--) {
    if (ids[candidate] !== ids[end]) continue;
    let match = 1;
    while (match < longestMatch && match <= candidate && ids[candidate - match] === ids[end - match]) match += 1;
    if (match <= best) continue;
    best = match;
    at = candidate;
  }
  if (at === -1 || count < 1) return null;
  // What was found may end where the text does; it then goes on with itself, as in "ha ha ha".
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push(ids[at + 1 + i] ?? found[at + 1 + i - ids.length] ?? 0);
  return { ids: found, match: best };
}
