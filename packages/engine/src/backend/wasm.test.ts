import { loadWeights, memoryPieceStore, parseManifest, planShard } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import type { BackendShard } from "./backend.ts";
import { wasmBackend } from "./wasm.ts";

const manifestFolder = "packages/demo-model/manifests/swarm-demo-10m-q4";
const width = 256;
const vocabSize = 4096;
let head: BackendShard;

beforeAll(async () => {
  ort.env.wasm.numThreads = 1;
  const manifest = parseManifest(JSON.parse(await readFile(`${manifestFolder}/manifest.json`, "utf8")));
  const skeleton = await readFile(`${manifestFolder}/skeleton.onnx`);
  const plan = planShard(manifest, skeleton, { from: 11, to: 12 });
  const weights = await loadWeights(plan, { source: folderSource(demoModelFolder), store: memoryPieceStore() });
  head = await wasmBackend(ort, { now: () => performance.now() }).open(plan, weights);
});
afterAll(() => head.close());

async function logits(logitsFrom: number | null): Promise<Float32Array> {
  const count = 5;
  const cache = await head.openCache(count);
  const values = Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 1.7) * 2);
  const output = await head.run(cache, { position: 0, count, input: { kind: "hidden", values }, logitsFrom });
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
