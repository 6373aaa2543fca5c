import { createTextModel } from "@potluck/text";
import { readFile } from "node:fs/promises";

const folder = new URL("../../../../packages/demo-model/models/swarm-demo-10m/", import.meta.url);

/** Makes user messages of the demo model that become prompts of a wanted number of tokens, template included. */
export async function promptMaker(): Promise<(tokens: number) => string> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), "utf8"));
  const text = createTextModel({
    tokenizer: await json("tokenizer.json"),
    tokenizerConfig: await json("tokenizer_config.json"),
    generationConfig: await json("generation_config.json"),
  });
  return (tokens) => {
    let words = "";
    for (;;) {
      const content = `Tell me a story about${words}.`;
      const { length } = text.encodeChat([{ role: "user", content }], { addGenerationPrompt: true });
      if (length >= tokens) return content;
      words += " a";
    }
  };
}
