/** The whole export, uncut, straight from its file, on the engine's CPU backend: what the swarm's answers are held against. */
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";

const file = new URL("../../../packages/demo-model/models/swarm-demo-10m/onnx/model_q4.onnx", import.meta.url);
const layers = 12;
const kvHeads = 2;
const headDim = 64;
const stopTokens = [0, 2];

type Cache = Record<string, ort.Tensor>;

export interface Uncut {
  /** Greedy ids after the prompt, the end token included. */
  answer(promptIds: readonly number[], maxNewTokens: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

export async function openUncut(): Promise<Uncut> {
  ort.env.wasm.numThreads = 1;
  const model = await ort.InferenceSession.create(await readFile(file), { executionProviders: ["wasm"] });
  const names = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();

  const step = async (ids: readonly number[], total: number, cache: Cache): Promise<{ id: number; cache: Cache }> => {
    const outputs = await model.run({
      input_ids: new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: new ort.Tensor("int64", new BigInt64Array(total).fill(1n), [1, total]),
      ...cache,
    });
    const logits = outputs["logits"];
    if (logits === undefined) throw new Error("the export has no logits");
    const width = logits.dims[2] ?? 0;
    const last = (logits.data as Float32Array).subarray((ids.length - 1) * width);
    const id = last.reduce((best, value, i) => (value > (last[best] ?? 0) ? i : best), 0);
    const next = names.map((name): [string, ort.Tensor] => {
      const present = outputs[`present.${name}`];
      if (present === undefined) throw new Error(`the export has no present.${name}`);
      return [`past_key_values.${name}`, present];
    });
    return { id, cache: Object.fromEntries(next) };
  };

  return {
    async answer(promptIds, maxNewTokens) {
      const empty = (): ort.Tensor => new ort.Tensor("float32", new Float32Array(0), [1, kvHeads, 0, headDim]);
      let cache: Cache = Object.fromEntries(names.map((name) => [`past_key_values.${name}`, empty()]));
      let input = promptIds;
      const answer: number[] = [];
      while (answer.length < maxNewTokens) {
        const next = await step(input, promptIds.length + answer.length, cache);
        answer.push(next.id);
        if (stopTokens.includes(next.id)) break;
        cache = next.cache;
        input = [next.id];
      }
      return answer;
    },
    close: () => model.release(),
  };
}
