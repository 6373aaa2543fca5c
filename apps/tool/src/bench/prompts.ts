import type { TextModel } from "@potluck/text";

/** A user message of the demo model that becomes a prompt of a wanted number of tokens, template included. */
export function promptOf(text: Pick<TextModel, "encodeChat">, tokens: number): string {
  let words = "";
  for (;;) {
    const content = `Tell me a story about${words}.`;
    const { length } = text.encodeChat([{ role: "user", content }], { addGenerationPrompt: true });
    if (length >= tokens) return content;
    words += " a";
  }
}
