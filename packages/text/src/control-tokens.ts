import type { ControlToken } from "./chat/guard.ts";
import { namedTokens, type SpecialTokensMap, tokenText } from "./files/tokenizer-config.ts";
import type { AddedToken, TokenizerJson, Vocabulary } from "./files/tokenizer-json.ts";

/** Id of a token of the vocabulary itself. */
const vocabularyId = (vocab: Vocabulary, token: string): number | undefined => {
  if (Array.isArray(vocab)) {
    const index = vocab.findIndex((entry) => entry[0] === token);
    return index === -1 ? undefined : index;
  }
  return Object.hasOwn(vocab, token) ? (vocab as Readonly<Record<string, number>>)[token] : undefined;
};

/**
 * All tokens that steer instead of being text: those marked special, those that the maps name (bos, eos, …) and those
 * that end an answer. They are hidden from people and can't be typed.
 */
export const findControlTokens = (
  tokenizer: TokenizerJson,
  maps: readonly SpecialTokensMap[],
  stopIds: readonly number[],
): readonly ControlToken[] => {
  const named = new Set(
    maps.flatMap((map) =>
      [...namedTokens.map((key) => map[key]), ...(map.additional_special_tokens ?? [])]
        .map(tokenText)
        .filter((text): text is string => text !== undefined && text.length > 0),
    ),
  );
  const added = tokenizer.added_tokens ?? [];
  const isControl = (token: AddedToken): boolean =>
    token.special === true || named.has(token.content) || stopIds.includes(token.id);
  const found = new Map(added.filter(isControl).map((token) => [token.content, token.id]));
  for (const content of named) {
    if (found.has(content)) continue;
    const id = vocabularyId(tokenizer.model.vocab, content);
    if (id !== undefined) found.set(content, id);
  }
  return [...found].map(([content, id]) => ({ content, id }));
};
