import * as v from "valibot";
import { TextError } from "../text-error.ts";

export const chatRoles = ["system", "user", "assistant"] as const;

export interface ChatMessage {
  readonly role: (typeof chatRoles)[number];
  readonly content: string;
}

export interface EncodeChatOptions {
  /** End the prompt with the start of the assistant's turn, so that the model answers. */
  readonly addGenerationPrompt: boolean;
}

const messagesSchema = v.pipe(
  v.array(v.object({ role: v.picklist(chatRoles), content: v.string() })),
  v.minLength(1, "a chat needs at least one message"),
);

/** Throws {@link TextError} `bad-message` when these are no chat. */
export const checkMessages = (messages: unknown): readonly ChatMessage[] => {
  const result = v.safeParse(messagesSchema, messages, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new TextError("bad-message", `Message ${v.getDotPath(issue) ?? "list"}: ${issue.message}.`);
};
