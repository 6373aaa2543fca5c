import * as v from "valibot";

/** A token matched in the text before the vocabulary is asked. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** A step of the decoder: a type and the settings of that type. */
export interface DecoderStep {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Token to id, or `[token, score]` by id (Unigram). */
export type Vocabulary = Readonly<Record<string, number>> | readonly (readonly [string, number])[];

/** `tokenizer.json`, as far as Potluck itself reads it; the rest goes to the tokenizer library untouched. */
export interface TokenizerJson {
  readonly added_tokens?: readonly AddedToken[] | null | undefined;
  readonly decoder?: DecoderStep | null | undefined;
  readonly model: {
    readonly vocab: Vocabulary;
    readonly unk_token?: string | null | undefined;
    readonly end_of_word_suffix?: string | null | undefined;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const step = v.nullish(v.looseObject({ type: v.string() }));
// Tokens are asked for one by one instead of through v.record, which takes a second for 150,000 of them.
const isTokenMap = (vocab: unknown): boolean =>
  typeof vocab === "object" &&
  vocab !== null &&
  !Array.isArray(vocab) &&
  Object.values(vocab).every((value) => Number.isInteger(value) && (value as number) >= 0);
const isScoreList = (vocab: unknown): boolean =>
  Array.isArray(vocab) &&
  vocab.every((entry) => Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number");

export const tokenizerJsonSchema: v.GenericSchema<unknown, TokenizerJson> = v.looseObject({
  added_tokens: v.nullish(
    v.array(v.looseObject({ id, content: v.pipe(v.string(), v.minLength(1)), special: v.optional(v.boolean()) })),
  ),
  normalizer: step,
  pre_tokenizer: step,
  decoder: step,
  model: v.looseObject({
    // Files older than this field leave it out.
    type: v.nullish(v.picklist(["BPE", "Unigram", "WordPiece"])),
    merges: v.nullish(v.array(v.unknown())),
    vocab: v.custom<Vocabulary>(
      (vocab) => isTokenMap(vocab) || isScoreList(vocab),
      "Expected token ids by token, or token and score by id",
    ),
    unk_token: v.nullish(v.string()),
    end_of_word_suffix: v.nullish(v.string()),
  }),
});
