import { loadWeights, memoryPieceStore, parseManifest, planShard, type ShardPlan } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import { largestError } from "../runner/check-known-answer.ts";
import type { BackendShard } from "./backend.ts";
import type { Ort } from "./ort.ts";
import { wasmBackend } from "./wasm.ts";

const manifestFolder = "packages/demo-model/manifests/swarm-demo-10m-q4";
const width = 256;
const vocabSize = 4096;
/** The last layer and the head, its weights expanded. */
let head: BackendShard;
let published: BackendShard;
let plan: ShardPlan;
let weights: Uint8Array;
const now = (): number => performance.now();

beforeAll(async () => {
  ort.env.wasm.numThreads = 1;
  const manifest = parseManifest(JSON.parse(await readFile(`${manifestFolder}/manifest.json`, "utf8")));
  const skeleton = await readFile(`${manifestFolder}/skeleton.onnx`);
  plan = planShard(manifest, skeleton, { from: 11, to: 12 });
  weights = await loadWeights(plan, { source: folderSource(demoModelFolder), store: memoryPieceStore() });
  head = await wasmBackend(ort, { now }).open(plan, weights);
  published = await wasmBackend(ort, { now, expandBytes: 0 }).open(plan, weights);
});
afterAll(() => Promise.all([head.close(), published.close()]));

async function logits(logitsFrom: number | null, shard = head): Promise<Float32Array> {
  const count = 5;
  const cache = await shard.openCache(count);
  const values = Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 1.7) * 2);
  const output = await shard.run(cache, { position: 0, count, input: { kind: "hidden", values }, logitsFrom });
  cache.close();
  return output.values as Float32Array;
}

test("MO13 the head gives the logits of the rows from the asked one to the last, or none", async () => {
  const all = await logits(0);
  expect(all).toHaveLength(5 * vocabSize);
  const tail = await logits(3);
  expect(tail).toHaveLength(2 * vocabSize);
  // How many rows a product has may change the order of its sums.
  const error = Math.max(...tail.map((value, i) => Math.abs(value - (all[3 * vocabSize + i] ?? Number.NaN))));
  expect(error).toBeLessThan(1e-4);
  expect(await logits(null)).toHaveLength(0);
});

/** Relative to a row's size; 2.2e-6 was measured. */
const roundingBound = 1e-5;

test("EN28 expanded weights give the published graph's results but for rounding", async () => {
  const error = largestError(await logits(0), await logits(0, published), vocabSize);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(roundingBound);
});

test("EN2 rows taken back leave no trace, whether few, which only stop counting, or many, which are cut off", async () => {
  const row = (seed: number, count: number): Float32Array =>
    Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 1.7 + seed) * 2);
  const answers: Float32Array[] = [];
  for (const wrongRows of [0, 5, 64]) {
    const cache = await head.openCache(256);
    const step = async (position: number, seed: number, count: number): Promise<Float32Array> => {
      const input = { kind: "hidden", values: row(seed, count) } as const;
      return (await head.run(cache, { position, count, input, logitsFrom: count - 1 })).values as Float32Array;
    };
    await step(0, 1, 7);
    for (let at = 0; at < 2 * wrongRows; at += wrongRows) await step(7 + at, Number.NaN, wrongRows);
    await cache.truncate(7);
    const then = [await step(7, 3, 1), await step(8, 4, 3)];
    answers.push(Float32Array.from(then.flatMap((values) => [...values])));
    cache.close();
  }
  expect(answers[0]?.every(Number.isFinite)).toBe(true);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test("EN28 where there is no memory for expanded weights the shard runs with the published ones", async () => {
  const graphs: number[] = [];
  // A runtime whose heap has room for the first file only.
  const small: Ort = {
    ...ort,
    InferenceSession: {
      async create(graph: Uint8Array, options: ort.InferenceSession.SessionOptions) {
        graphs.push(options.externalData?.length ?? 0);
        if ((options.externalData?.length ?? 0) > 1) throw new Error("std::bad_alloc");
        return await ort.InferenceSession.create(graph, options);
      },
    } as typeof ort.InferenceSession,
  };
  const shard = await wasmBackend(small, { now }).open(plan, weights);
  expect(graphs).toEqual([2, 1]);
  expect(await logits(0, shard)).toEqual(await logits(0, published));
  await shard.close();
});
