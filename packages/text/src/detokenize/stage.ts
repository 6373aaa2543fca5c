/**
 * One step of streaming token texts into text. Stages are chained; each gives out what can no longer change and keeps the rest.
 * A chain's output, joined, equals what the tokenizer library makes of all tokens at once.
 */
export interface Stage {
  push(token: string): readonly string[];
  /** Gives out what was kept; nothing is pushed afterwards. */
  end(): readonly string[];
}

const feed = (stages: readonly Stage[], index: number, tokens: readonly string[]): string => {
  const stage = stages[index];
  if (stage === undefined) return tokens.join("");
  return tokens.map((token) => feed(stages, index + 1, stage.push(token))).join("");
};

export const pushThrough = (stages: readonly Stage[], token: string): string => feed(stages, 0, [token]);

/** Ends the stages in order; what one gives out at its end still passes through those behind it. */
export const endAll = (stages: readonly Stage[]): string =>
  stages.map((stage, index) => feed(stages, index + 1, stage.end())).join("");
