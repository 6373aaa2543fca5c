import { demoModels } from "@potluck/demo-model";
import { expandWeights, loadWeights, memoryPieceStore, parseManifest, planShard, type ShardPlan } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";
import { median } from "./median.ts";
import { table } from "./table.ts";

export interface RunsOptions {
  readonly modelId: string;
  readonly widths: readonly number[];
  readonly repeats: number;
}

/** Positions that are in the cache before. */
const past = 172;

/**
 * A Markdown table: what a run of the whole model costs on this process's CPU, one thread, with the weights as published
 * and expanded. In Node the runtime's WebAssembly is the browser's, without a page around it.
 */
export async function measureRuns(options: RunsOptions): Promise<string> {
  ort.env.wasm.numThreads = 1;
  const { plan, weights } = await readShard(options.modelId);
  const { graph, expandedPath, expanded } = expandWeights(plan, weights, Infinity);
  const files = [{ path: plan.weightsPath, data: weights }];
  const published = await open(plan.graph, files);
  const fast = await open(graph, [...files, { path: expandedPath, data: expanded }]);
  const rows: string[][] = [];
  try {
    for (const width of options.widths) {
      const times = { published: [] as number[], expanded: [] as number[] };
      // The first round is not counted: it compiles.
      for (let round = 0; round <= options.repeats; round++) {
        const one = await time(published, plan, width);
        const other = await time(fast, plan, width);
        if (round === 0) continue;
        times.published.push(one);
        times.expanded.push(other);
      }
      const [before, after] = [median(times.published), median(times.expanded)];
      rows.push([`${width}`, `${(before / after).toFixed(2)} ×`, `${before.toFixed(1)} ms`, `${after.toFixed(1)} ms`]);
    }
  } finally {
    await published.release();
    await fast.release();
  }
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const figures = table([["rows of a run", "expanded is faster", "4-bit weights", "expanded to f32"], ...rows]);
  return `${figures}

Node, one thread, ${past} positions in the cache, logits of all rows; both kinds in turns, medians. ${megabytes(weights.length)} MiB of weights, and ${megabytes(expanded.length)} MiB expanded.`;
}

async function readShard(modelId: string): Promise<{ plan: ShardPlan; weights: Uint8Array }> {
  const model = demoModels().find(({ id }) => id === modelId);
  if (model === undefined) throw new Error(`no model ${modelId} comes with Potluck`);
  const manifest = parseManifest(JSON.parse(await readFile(`${model.manifestDir}/manifest.json`, "utf8")));
  const skeleton = await readFile(`${model.manifestDir}/${manifest.skeleton.path}`);
  const plan = planShard(manifest, skeleton, { from: 0, to: manifest.architecture.layerCount });
  return {
    plan,
    weights: await loadWeights(plan, { source: folderSource(model.sourceDir), store: memoryPieceStore() }),
  };
}

function open(graph: Uint8Array, externalData: { path: string; data: Uint8Array }[]): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(graph, { executionProviders: ["wasm"], externalData, logSeverityLevel: 3 });
}

async function time(session: ort.InferenceSession, plan: ShardPlan, width: number): Promise<number> {
  const given = feeds(plan, width);
  const from = performance.now();
  await session.run(given);
  return performance.now() - from;
}

function feeds({ io }: ShardPlan, width: number): Record<string, ort.Tensor> {
  const total = past + width;
  const indices = BigInt64Array.from({ length: width }, (_, i) => BigInt(i));
  const given: Record<string, ort.Tensor> = { [io.input.name]: new ort.Tensor("int64", indices, [1, width]) };
  if (io.output.kind === "logits" && io.output.rows !== null)
    given[io.output.rows] = new ort.Tensor("int64", indices, [width]);
  if (io.lengths !== null) {
    given[io.lengths.last] = new ort.Tensor("int32", Int32Array.of(total - 1), [1]);
    given[io.lengths.total] = new ort.Tensor("int32", Int32Array.of(total), []);
  }
  for (const layer of io.kv)
    for (const name of [layer.pastKey, layer.pastValue]) {
      const values = Float32Array.from({ length: layer.kvHeads * past * layer.headDim }, (_, i) => Math.sin(i));
      given[name] = new ort.Tensor("float32", values, [1, layer.kvHeads, past, layer.headDim]);
    }
  return given;
}
