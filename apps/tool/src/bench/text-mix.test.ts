import { expect, test } from "vitest";
import { demoText } from "./demo-text.ts";
import { promptOf } from "./prompts.ts";
import { mixPromptTokens, textMix } from "./text-mix.ts";

test("TO5 each prompt of the text mix has exactly the length that is told, and ends with a question of its own", async () => {
  const text = await demoText();
  const mix = textMix(text);
  for (const { messages } of mix) {
    expect(text.encodeChat(messages, { addGenerationPrompt: true })).toHaveLength(mixPromptTokens);
  }
  expect(new Set(mix.map(({ kind }) => kind)).size).toBe(6);
  expect(new Set(mix.map(({ messages }) => messages.at(-1)?.content)).size).toBe(6);
  expect(() => textMix(text, 8)).toThrow("no prompt of 8 tokens");
});

test("TO5 a prompt of 16, 128 or 512 tokens has that many", async () => {
  const text = await demoText();
  for (const tokens of [16, 128, 512]) {
    const messages = [{ role: "user" as const, content: promptOf(text, tokens) }];
    expect(text.encodeChat(messages, { addGenerationPrompt: true })).toHaveLength(tokens);
  }
});
