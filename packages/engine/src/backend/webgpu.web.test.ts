import * as ort from "onnxruntime-web/webgpu";
import runtimeUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { afterAll, beforeAll, expect, test } from "vitest";
import graphUrl from "../../../demo-model/models/swarm-demo-10m/onnx/model_q4.onnx?url";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed } from "../../test/greedy.ts";
import { uncutDemoPlan } from "../../test/uncut-demo.ts";
import { loadShard } from "../runner/load-shard.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import type { Backend } from "./backend.ts";
import { requestGpu } from "./request-gpu.ts";
import { webGpuBackend } from "./webgpu.ts";

const now = (): number => performance.now();
ort.env.wasm.wasmPaths = { wasm: runtimeUrl };
ort.env.wasm.numThreads = 1;

/** "Hello!" in ten tokens. The software adapter takes about a second a run, so a few tokens must do. */
const [item] = reference.items;
if (item === undefined) throw new Error("the reference is empty");
const prompt = item.prompt_ids;
const want = item.q4_onnx_cpu;

let graph: Uint8Array;
let device: GPUDevice;
let backend: Backend;
let runner: LocalRunner;

beforeAll(async () => {
  graph = new Uint8Array(await (await fetch(graphUrl)).arrayBuffer());
  device = await requestGpu(navigator.gpu);
  backend = webGpuBackend(ort, { device, now, maxChunk: 8, weightsAsBlob: false });
  const t = performance.now();
  runner = await loadShard({
    backend,
    plan: uncutDemoPlan(graph),
    weights: new Uint8Array(0),
    knownAnswers: null,
    kvTokens: 256,
    now,
  });
  console.log("load", performance.now() - t);
});
afterAll(async () => {
  await runner.close();
  backend.close();
});

test("EN1 chunks on top of a past, and then single tokens, give the reference's tokens", async () => {
  await runner.openSession("a", 32);
  // Ten rows: a chunk of eight on nothing, two rows on top of it.
  const t = performance.now();
  const first = await feed(runner, "a", 0, prompt, true);
  console.log("prefill", performance.now() - t);
  const second = await feed(runner, "a", 10, [first ?? 0], true);
  expect([first, second]).toEqual(want.slice(0, 2));
});
