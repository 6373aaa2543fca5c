import { readFileSync } from "node:fs";
import type { TextFiles } from "../src/index.ts";

const folder = new URL("../../demo-model/models/swarm-demo-10m/", import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as unknown;

export interface ReferenceItem {
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  readonly prompt_ids: readonly number[];
  readonly fp32_torch: readonly number[];
  readonly text_fp32: string;
}

export const readReference = (): readonly ReferenceItem[] =>
  (
    JSON.parse(readFileSync(new URL("../../demo-model/reference.json", import.meta.url), "utf8")) as {
      items: ReferenceItem[];
    }
  ).items;

/** Byte-level BPE, ChatML: the model that ships with Potluck. */
export const demoFiles = (): TextFiles => ({
  tokenizer: json("tokenizer.json"),
  tokenizerConfig: json("tokenizer_config.json"),
  specialTokensMap: json("special_tokens_map.json"),
  generationConfig: json("generation_config.json"),
});

const byteTokens = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
const pieces = [
  "\u2581",
  "\u2581h",
  "h",
  "e",
  "l",
  "o",
  "\u2581he",
  "ll",
  "\u00e9",
  "\u0301",
  "\u4f60",
  "\u{1f600}",
  ".",
];

/** SentencePiece style BPE with byte fallback and a stripped leading space. */
export const byteFallbackFiles = (): TextFiles => ({
  tokenizer: {
    added_tokens: [
      { id: 0, content: "<unk>", special: true },
      { id: 1, content: "<s>", special: true },
      { id: 2, content: "</s>", special: true },
    ],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "\u2581" },
        { type: "Replace", pattern: { String: " " }, content: "\u2581" },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "\u2581" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      byte_fallback: true,
      unk_token: "<unk>",
      fuse_unk: true,
      vocab: Object.fromEntries(["<unk>", "<s>", "</s>", ...byteTokens, ...pieces].map((token, id) => [token, id])),
      merges: ["\u2581 h", "\u2581h e", "l l"],
    },
  },
  tokenizerConfig: {
    bos_token: { content: "<s>" },
    eos_token: { content: "</s>" },
    clean_up_tokenization_spaces: true,
    chat_template: [
      { name: "tool_use", template: "{{ raise_exception('no tools here') }}" },
      {
        name: "default",
        template:
          "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ m.content | trim }}{{ eos_token }}{% endfor %}",
      },
    ],
  },
});

/** Unigram with a metaspace decoder, and a vocabulary that lists its own control tokens. */
export const metaspaceFiles = (): TextFiles => ({
  tokenizer: {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "first" },
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "first" },
    model: {
      type: "Unigram",
      unk_id: 0,
      vocab: [["<unk>", 0], ["<s>", 0], ["</s>", 0], ...pieces.map((piece, index) => [piece, -1 - index])],
    },
  },
  tokenizerConfig: { eos_token: "</s>", bos_token: "<s>", unk_token: "<unk>" },
});

/** A decoder whose pieces depend on what follows, so its text comes at the end. */
export const wordPieceFiles = (): TextFiles => ({
  tokenizer: {
    added_tokens: [{ id: 0, content: "[UNK]", special: true }],
    normalizer: null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", unk_token: "[UNK]", vocab: { "[UNK]": 0, he: 1, "##llo": 2, ".": 3 } },
  },
  tokenizerConfig: {},
});
