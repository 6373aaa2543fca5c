import { endAll, pushThrough, type Stage } from "./stage.ts";

/** Turns the ids of one answer into text as they come. */
export interface Detokenizer {
  /** The text that this id completes; empty while a character is unfinished. */
  push(id: number): string;
  /** What was kept back. An unfinished character becomes U+FFFD. Nothing may be pushed afterwards. */
  finish(): string;
}

/** `tokenText` gives a token's vocabulary text, or undefined for ids that show nothing. */
export const streamingDetokenizer = (
  stages: readonly Stage[],
  tokenText: (id: number) => string | undefined,
): Detokenizer => ({
  push: (id) => {
    const token = tokenText(id);
    return token === undefined ? "" : pushThrough(stages, token);
  },
  finish: () => endAll(stages),
});

/** For decoders that can't stream: all text comes at the end, and is right. */
export const bufferingDetokenizer = (decode: (ids: readonly number[]) => string): Detokenizer => {
  const ids: number[] = [];
  return {
    push: (id) => {
      ids.push(id);
      return "";
    },
    finish: () => decode(ids),
  };
};
