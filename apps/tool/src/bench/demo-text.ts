import { createTextModel, type TextModel } from "@potluck/text";
import { readFile } from "node:fs/promises";

const folder = new URL("../../../../packages/demo-model/models/swarm-demo-10m/", import.meta.url);

/** The demo model's tokenizer and chat template. */
export async function demoText(): Promise<TextModel> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), "utf8"));
  return createTextModel({
    tokenizer: await json("tokenizer.json"),
    tokenizerConfig: await json("tokenizer_config.json"),
    generationConfig: await json("generation_config.json"),
  });
}
