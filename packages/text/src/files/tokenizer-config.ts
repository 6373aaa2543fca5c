import * as v from "valibot";

/** A special token: its text, or an object that holds the text. */
export type NamedToken = string | { readonly content: string };

export const namedTokens = [
  "bos_token",
  "eos_token",
  "unk_token",
  "pad_token",
  "sep_token",
  "cls_token",
  "mask_token",
] as const;
export type NamedTokenKey = (typeof namedTokens)[number];

/** `special_tokens_map.json`, and the same fields of `tokenizer_config.json`. */
export type SpecialTokensMap = { readonly [key in NamedTokenKey]?: NamedToken | null | undefined } & {
  readonly additional_special_tokens?: readonly NamedToken[] | null | undefined;
};

/** `tokenizer_config.json`, as far as Potluck reads it. */
export interface TokenizerConfig extends SpecialTokensMap {
  readonly chat_template?: string | readonly { readonly name: string; readonly template: string }[] | null | undefined;
  readonly [field: string]: unknown;
}

const token = v.nullish(v.union([v.string(), v.looseObject({ content: v.string() })]));
const fields = {
  bos_token: token,
  eos_token: token,
  unk_token: token,
  pad_token: token,
  sep_token: token,
  cls_token: token,
  mask_token: token,
  additional_special_tokens: v.nullish(v.array(v.union([v.string(), v.looseObject({ content: v.string() })]))),
};

export const specialTokensMapSchema: v.GenericSchema<unknown, SpecialTokensMap> = v.looseObject(fields);

export const tokenizerConfigSchema: v.GenericSchema<unknown, TokenizerConfig> = v.looseObject({
  ...fields,
  chat_template: v.nullish(v.union([v.string(), v.array(v.looseObject({ name: v.string(), template: v.string() }))])),
});

export const tokenText = (named: NamedToken | null | undefined): string | undefined =>
  typeof named === "string" ? named : named?.content;
