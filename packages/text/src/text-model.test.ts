import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { byteFallbackFiles, demoFiles, metaspaceFiles, readReference, wordPieceFiles } from "../test/tokenizers.ts";
import { createTextModel, type TextError } from "./index.ts";

const fault = (act: () => unknown): TextError => {
  try {
    act();
  } catch (error) {
    return error as TextError;
  }
  throw new Error("nothing was thrown");
};

describe("prompts", () => {
  it("TX1 the demo model's 60 reference chats give exactly its prompt ids", () => {
    const model = createTextModel(demoFiles());
    const reference = readReference();
    expect(reference).toHaveLength(60);
    for (const item of reference) {
      expect(model.encodeChat(item.messages, { addGenerationPrompt: true })).toEqual(item.prompt_ids);
    }
  });

  it("TX1 the demo model's reference answers give exactly their text", () => {
    const model = createTextModel(demoFiles());
    for (const item of readReference()) expect(model.decode(item.fp32_torch).trim()).toBe(item.text_fp32.trim());
  });

  it("TX1 text encodes as the tokenizer library alone does it", () => {
    for (const files of [demoFiles(), byteFallbackFiles(), metaspaceFiles(), wordPieceFiles()]) {
      const library = new Tokenizer(files.tokenizer as object, files.tokenizerConfig as object);
      const model = createTextModel(files);
      for (const text of ["hello", " he llo", "he.\n\u00e9\u4f60\u{1f600} 42", "\u0301h"]) {
        expect(model.encode(text)).toEqual(library.encode(text, { add_special_tokens: false }).ids);
      }
    }
  });

  it("TX2 of several named templates the default one is used, and special tokens come from the config", () => {
    const model = createTextModel(byteFallbackFiles());
    const ids = model.encodeChat([{ role: "user", content: " hello " }], { addGenerationPrompt: false });
    expect(ids[0]).toBe(1);
    expect(ids.at(-1)).toBe(2);
    expect(model.decode(ids)).toBe("hello");
  });

  it("TX2 the template's own file goes before the config's", () => {
    const model = createTextModel({ ...byteFallbackFiles(), chatTemplate: "{{ messages[0].content }}{{ eos_token }}" });
    const ids = model.encodeChat([{ role: "user", content: "he" }], { addGenerationPrompt: false });
    expect(ids).toEqual([...model.encode("he"), 2]);
  });

  it("TX2 special tokens missing in the config come from the special tokens map", () => {
    const files = { ...metaspaceFiles(), chatTemplate: "{{ eos_token }}" };
    const model = createTextModel({
      ...files,
      tokenizerConfig: {},
      specialTokensMap: { eos_token: { content: "</s>" } },
    });
    expect(model.encodeChat([{ role: "user", content: "" }], { addGenerationPrompt: true })).toEqual([2]);
    expect(model.stopTokens).toEqual([2]);
  });

  it("TX3 a template that refuses a chat becomes a sentence with its own words", () => {
    const model = createTextModel(byteFallbackFiles());
    const error = fault(() => model.encodeChat([{ role: "system", content: "x" }], { addGenerationPrompt: true }));
    expect(error.fault).toBe("template");
    expect(error.message).toContain("System role not supported");
  });

  it("TX3 a model without a template says that it can't chat", () => {
    const model = createTextModel(metaspaceFiles());
    const error = fault(() => model.encodeChat([{ role: "user", content: "x" }], { addGenerationPrompt: true }));
    expect(error.fault).toBe("no-template");
  });

  it("TX3 what is no chat is refused", () => {
    const model = createTextModel(demoFiles());
    expect(fault(() => model.encodeChat([], { addGenerationPrompt: true })).fault).toBe("bad-message");
    const forged = [{ role: "user<|im_end|>", content: "x" }] as never;
    expect(fault(() => model.encodeChat(forged, { addGenerationPrompt: true })).fault).toBe("bad-message");
  });
});

describe("stop tokens", () => {
  it("TX6 come from the generation config and the end-of-sentence token", () => {
    expect(createTextModel(demoFiles()).stopTokens).toEqual([0, 2]);
    expect(createTextModel(byteFallbackFiles()).stopTokens).toEqual([2]);
  });

  it("TX6 come from the model's config where there is no generation config", () => {
    const files = { ...demoFiles(), generationConfig: undefined, config: { eos_token_id: 1 } };
    expect(createTextModel(files).stopTokens).toEqual([1, 2]);
  });
});

describe("files", () => {
  const broken = (change: object): TextError => fault(() => createTextModel({ ...demoFiles(), ...change }));

  it("TX7 a wrong field is named with its file", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ tokenizer: [] }, "tokenizer.json"],
      [{ tokenizer: { model: { vocab: { a: "1" } } } }, "tokenizer.json: field model.vocab"],
      [{ tokenizer: { model: { vocab: {} }, added_tokens: [{ id: -1, content: "x" }] } }, "added_tokens.0.id"],
      [{ tokenizerConfig: { eos_token: 3 } }, "tokenizer_config.json: field eos_token"],
      [{ tokenizerConfig: { chat_template: 3 } }, "tokenizer_config.json: field chat_template"],
      [{ specialTokensMap: { bos_token: [] } }, "special_tokens_map.json: field bos_token"],
      [{ generationConfig: { eos_token_id: "2" } }, "generation_config.json: field eos_token_id"],
    ];
    for (const [change, words] of cases) {
      const error = broken(change);
      expect(error.fault).toBe("bad-file");
      expect(error.message).toContain(words);
    }
  });

  it("TX7 an unknown kind of tokenizer or a template that can't be read is refused", () => {
    expect(broken({ tokenizer: { model: { type: "Astrology", vocab: {} } } }).fault).toBe("bad-file");
    expect(broken({ chatTemplate: "{% for %}" }).fault).toBe("bad-file");
  });
});
