import { Tokenizer } from "@huggingface/tokenizers";
import { createChatTemplate, pickTemplate } from "./chat/chat-template.ts";
import { createGuard } from "./chat/guard.ts";
import { type ChatMessage, checkMessages, type EncodeChatOptions } from "./chat/message.ts";
import { findControlTokens } from "./control-tokens.ts";
import { bufferingDetokenizer, type Detokenizer, streamingDetokenizer } from "./detokenize/detokenizer.ts";
import { streamingStages } from "./detokenize/stages.ts";
import { checkFile } from "./files/check-file.ts";
import { generationConfigSchema, stopIds } from "./files/generation-config.ts";
import { namedTokens, specialTokensMapSchema, tokenizerConfigSchema, tokenText } from "./files/tokenizer-config.ts";
import { tokenizerJsonSchema } from "./files/tokenizer-json.ts";
import { sealTokenizer } from "./seal-tokenizer.ts";
import { TextError } from "./text-error.ts";

/** Parsed contents of a model's text files, not yet trusted. */
export interface TextFiles {
  /** `tokenizer.json` */
  readonly tokenizer: unknown;
  /** `tokenizer_config.json` */
  readonly tokenizerConfig: unknown;
  /** `special_tokens_map.json`; fills in what the tokenizer's config leaves out. */
  readonly specialTokensMap?: unknown;
  /** `generation_config.json` */
  readonly generationConfig?: unknown;
  /** `config.json`; its stop tokens count where there is no generation config. */
  readonly config?: unknown;
  /** `chat_template.jinja`; goes before the template in the tokenizer's config. */
  readonly chatTemplate?: string | undefined;
}

/** A model's tokenizer and chat template. Has no state besides caches; safe to share between chats. */
export interface TextModel {
  /** Ids that end an answer, ascending. */
  readonly stopTokens: readonly number[];
  /**
   * Token ids of a chat in the model's own format. Control tokens that somebody typed are ordinary characters.
   * Throws {@link TextError} `no-template`, `template` or `bad-message`.
   */
  encodeChat(messages: readonly ChatMessage[], options: EncodeChatOptions): number[];
  /** Token ids of plain text, nothing added; control tokens in it are ordinary characters. */
  encode(text: string): number[];
  /** Text of token ids, control tokens and unknown ids left out. */
  decode(ids: readonly number[]): string;
  createDetokenizer(): Detokenizer;
}

const optional = <T>(value: unknown, check: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : check(value);

/** Throws {@link TextError} `bad-file`, naming file and field. */
export const createTextModel = (files: TextFiles): TextModel => {
  const tokenizerJson = checkFile(tokenizerJsonSchema, "tokenizer.json", files.tokenizer);
  const config = checkFile(tokenizerConfigSchema, "tokenizer_config.json", files.tokenizerConfig);
  const map = optional(files.specialTokensMap, (it) =>
    checkFile(specialTokensMapSchema, "special_tokens_map.json", it),
  );
  const generation = optional(files.generationConfig, (it) =>
    checkFile(generationConfigSchema, "generation_config.json", it),
  );
  const modelConfig = optional(files.config, (it) => checkFile(generationConfigSchema, "config.json", it));

  const maps = map === undefined ? [config] : [config, map];
  const variables: Record<string, string> = {};
  for (const key of namedTokens) {
    const text = tokenText(config[key]) ?? tokenText(map?.[key]);
    if (text !== undefined) variables[key] = text;
  }
  const stops = stopIds(generation?.eos_token_id == null ? modelConfig : generation);
  const control = findControlTokens(tokenizerJson, maps, stops);
  const guard = createGuard(control);
  const endOfSentence = control.find((token) => token.content === variables["eos_token"])?.id;
  const stopTokens = [...new Set(endOfSentence === undefined ? stops : [...stops, endOfSentence])].sort(
    (a, b) => a - b,
  );

  const sealed = sealTokenizer(tokenizerJson, control, guard);
  let tokenizer: Tokenizer;
  try {
    const eos = guard.secretName(variables["eos_token"] ?? "");
    tokenizer = new Tokenizer(sealed, { ...config, additional_special_tokens: [], eos_token: eos });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TextError("bad-file", `tokenizer.json: ${reason}. This model's tokenizer is not supported.`, { cause });
  }

  const source = pickTemplate(files.chatTemplate, config);
  const template = source === undefined ? null : createChatTemplate(source, variables);
  const added = new Set((tokenizerJson.added_tokens ?? []).map((token) => guard.secretName(token.content)));

  /** Vocabulary text of ids that people see. */
  const visibleText = (id: number): string | undefined => {
    const token = tokenizer.id_to_token(id);
    return token === undefined || guard.isSecretName(token) ? undefined : token;
  };
  const encodeSealed = (text: string): number[] =>
    text.length === 0 ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids;
  const decode = (ids: readonly number[]): string => {
    const visible = ids.filter((id) => visibleText(id) !== undefined);
    // Never "cleaned up": the text is what the model wrote, and encodes to the same prefix in the next turn.
    return visible.length === 0 ? "" : tokenizer.decode(visible, { clean_up_tokenization_spaces: false });
  };

  return {
    stopTokens,
    encodeChat: (messages, options) => {
      if (template === null) {
        throw new TextError("no-template", "This model has no chat template, so it can't chat. Choose another model.");
      }
      const safe = checkMessages(messages).map(({ role, content }) => ({ role, content: guard.disarm(content) }));
      return encodeSealed(guard.seal(template(safe, options.addGenerationPrompt)));
    },
    encode: (text) => encodeSealed(guard.plain(text)),
    decode,
    createDetokenizer: () => {
      const suffixed = (tokenizerJson.model.end_of_word_suffix ?? "") !== "";
      const stages = suffixed ? null : streamingStages(tokenizerJson.decoder, added);
      return stages === null ? bufferingDetokenizer(decode) : streamingDetokenizer(stages, visibleText);
    },
  };
};
