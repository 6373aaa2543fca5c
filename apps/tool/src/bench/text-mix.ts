import type { ChatTurn } from "@potluck/donor";
import type { TextModel } from "@potluck/text";

/** One text of the mix: what is asked after the same beginning of a chat. */
export interface MixedText {
  readonly kind: string;
  readonly messages: readonly ChatTurn[];
}

/** Length of every prompt, in tokens, template included: the one that a rival project publishes its speeds for. */
export const mixPromptTokens = 172;

/** Kinds of the demo model's reference answers that are long enough to measure; a third of them drafts well. */
const questions: readonly { readonly kind: string; readonly question: string }[] = [
  { kind: "story", question: "Another one, please." },
  { kind: "counting", question: "Count from 1 to 40." },
  { kind: "retelling", question: "Can you tell me that story again?" },
  { kind: "steps", question: "How do I make tea?" },
  { kind: "tale", question: "Tell me a long story about a brave robot." },
  { kind: "poem", question: "Write a poem about the moon." },
];

const told = `**The Badger of the Castle**

Not far from here, near the castle, there lived a badger. The badger had a golden leaf and took it everywhere. One day she woke up and could not find the golden leaf. She searched every corner, but there was no sign of it.

Then a friendly monkey came by. "I saw something shine near the attic," said the monkey. They followed a trail to the attic and found the golden leaf behind a tree. The badger was so happy that she shared her supper with the monkey.

And the badger learned that a friend is worth more than any golden leaf.`;
const ending =
  " From that day on the two met every evening at the old tree and told each other of their days, and they sang.";
const openings = ["Tell me a story.", "Tell me a short story.", "Please tell me a story.", "Hello! Tell me a story."];

/** The mix, each prompt exactly `tokens` long: the chat's first answer is cut to fit. Throws for a length that can't be had. */
export function textMix(text: Pick<TextModel, "encodeChat">, tokens: number = mixPromptTokens): readonly MixedText[] {
  return questions.map(({ kind, question }) => {
    const words = (told + ending).split(/(?= )/);
    for (const opening of openings) {
      for (let count = words.length; count > 0; count--) {
        const messages: readonly ChatTurn[] = [
          { role: "user", content: opening },
          { role: "assistant", content: words.slice(0, count).join("") },
          { role: "user", content: question },
        ];
        const { length } = text.encodeChat(messages, { addGenerationPrompt: true });
        if (length === tokens) return { kind, messages };
        if (length < tokens) break;
      }
    }
    throw new Error(`no prompt of ${tokens} tokens for ${kind}`);
  });
}
