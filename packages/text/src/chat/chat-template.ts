import { Template } from "@huggingface/jinja";
import type { TokenizerConfig } from "../files/tokenizer-config.ts";
import { TextError } from "../text-error.ts";
import type { ChatMessage } from "./message.ts";

/** Renders a chat to the text the model was trained on. Throws {@link TextError} `template`. */
export type ChatTemplate = (messages: readonly ChatMessage[], addGenerationPrompt: boolean) => string;

/** The template to use: the one of its own file, else of the config; of several named ones `default`, else the first. */
export const pickTemplate = (file: string | undefined, config: TokenizerConfig): string | undefined => {
  if (file !== undefined) return file;
  const inConfig = config.chat_template ?? undefined;
  if (inConfig === undefined || typeof inConfig === "string") return inConfig;
  return (inConfig.find((named) => named.name === "default") ?? inConfig[0])?.template;
};

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Throws {@link TextError} `bad-file` when the template can't be read. `variables` are the special tokens by name. */
export const createChatTemplate = (source: string, variables: Readonly<Record<string, string>>): ChatTemplate => {
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw new TextError(
      "bad-file",
      `The model's chat template can't be read: ${reasonOf(cause)}. Choose another model.`,
      { cause },
    );
  }
  return (messages, addGenerationPrompt) => {
    try {
      return template.render({
        ...variables,
        messages,
        add_generation_prompt: addGenerationPrompt,
        tools: null,
        documents: null,
      });
    } catch (cause) {
      throw new TextError(
        "template",
        `The model's chat template refuses this chat: ${reasonOf(cause)}. Start a new chat, or choose another model.`,
        { cause },
      );
    }
  };
};
