/** The whole demo model in this process: what the swarm's answers are held against. */
import { demoModels } from "@potluck/demo-model";
import { openShardInNode } from "@potluck/engine/node";
import { loadWeights, memoryPieceStore, parseManifest, planShard } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { createTextModel } from "@potluck/text";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Question {
  readonly content: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

export interface WholeModel {
  /** Of the prompt that a question becomes, template included. */
  promptTokens(content: string): number;
  /** Ids of the answer, its stop token included; each question is answered once. */
  answer(question: Question): Promise<readonly number[]>;
  close(): Promise<void>;
}

const longestContext = 2048;

export async function openWholeModel(modelId: string): Promise<WholeModel> {
  const model = demoModels().find(({ id }) => id === modelId);
  if (model === undefined) throw new Error(`no model ${modelId}`);
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(model.sourceDir, name), "utf8"));
  const text = createTextModel({
    tokenizer: await json("tokenizer.json"),
    tokenizerConfig: await json("tokenizer_config.json"),
    generationConfig: await json("generation_config.json"),
  });
  const manifest = parseManifest(JSON.parse(await readFile(join(model.manifestDir, "manifest.json"), "utf8")));
  const skeleton = await readFile(join(model.manifestDir, "skeleton.onnx"));
  const plan = planShard(manifest, skeleton, { from: 0, to: manifest.architecture.layerCount });
  const shard = await openShardInNode({
    plan,
    weights: await loadWeights(plan, { source: folderSource(model.sourceDir), store: memoryPieceStore() }),
    kvTokens: longestContext,
    knownAnswers: await readFile(join(model.manifestDir, "known-answers.bin")),
  });
  const encode = (content: string): readonly number[] =>
    text.encodeChat([{ role: "user", content }], { addGenerationPrompt: true });
  const known = new Map<Question, readonly number[]>();

  const compute = async ({ content, maxNewTokens, temperature, seed }: Question): Promise<readonly number[]> => {
    const session = "soak";
    const answer: number[] = [];
    let ids = encode(content);
    let position = 0;
    await shard.openSession(session, Math.min(longestContext, ids.length + maxNewTokens));
    while (answer.length < maxNewTokens) {
      const sampling = { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed };
      const result = await shard.run({
        session,
        position,
        input: { kind: "tokens", ids: Int32Array.from(ids) },
        wire: "f32",
        draw: {
          from: ids.length - 1,
          sample: { ...sampling, position: position + ids.length, penalised: [] },
          drafts: new Int32Array(0),
        },
      });
      const [id] = result.kind === "tokens" ? result.ids : [];
      if (id === undefined) throw new Error("the whole model gave no token");
      position += ids.length;
      ids = [id];
      answer.push(id);
      if (text.stopTokens.includes(id)) break;
    }
    await shard.closeSession(session);
    return answer;
  };

  return {
    promptTokens: (content) => encode(content).length,
    async answer(question) {
      const answer = known.get(question) ?? (await compute(question));
      known.set(question, answer);
      return answer;
    },
    close: () => shard.close(),
  };
}
