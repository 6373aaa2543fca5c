import type { ControlToken, Guard } from "./chat/guard.ts";
import type { TokenizerJson, Vocabulary } from "./files/tokenizer-json.ts";

const renamedVocabulary = (vocab: Vocabulary, control: readonly ControlToken[], guard: Guard): Vocabulary => {
  if (Array.isArray(vocab)) {
    return vocab.map(([token, score]: readonly [string, number]) => [guard.secretName(token), score] as const);
  }
  const copy = { ...(vocab as Readonly<Record<string, number>>) };
  for (const { content } of control) {
    const id = Object.hasOwn(copy, content) ? copy[content] : undefined;
    if (id === undefined) continue;
    delete copy[content];
    copy[guard.secretName(content)] = id;
  }
  return copy;
};

/**
 * The same tokenizer with its control tokens under their secret names. Its post-processor is dropped: what belongs around
 * a prompt is the chat template's business.
 */
export const sealTokenizer = (
  tokenizer: TokenizerJson,
  control: readonly ControlToken[],
  guard: Guard,
): TokenizerJson => {
  const added = tokenizer.added_tokens ?? [];
  const listed = new Set(added.map((token) => token.content));
  const { unk_token: unknown } = tokenizer.model;
  return {
    normalizer: null,
    pre_tokenizer: null,
    decoder: null,
    ...tokenizer,
    post_processor: null,
    added_tokens: [
      ...added.map((token) => {
        const name = guard.secretName(token.content);
        return name === token.content ? token : { ...token, content: name, special: true };
      }),
      ...control
        .filter((token) => !listed.has(token.content))
        .map((token) => ({ id: token.id, content: guard.secretName(token.content), special: true })),
    ],
    model: {
      ...tokenizer.model,
      vocab: renamedVocabulary(tokenizer.model.vocab, control, guard),
      ...(typeof unknown === "string" ? { unk_token: guard.secretName(unknown) } : {}),
    },
  };
};
