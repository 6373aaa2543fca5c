import type { ShardIo, ShardPlan } from "@potluck/model";
import { type BackendRun, type RowsIn, wantedRows } from "./backend.ts";
import type { Ort, OrtTensor } from "./ort.ts";

/** The rows themselves as a CPU tensor: ids `[1, count]`, or hidden states `[1, count, hiddenSize]`. */
export function rowFeed(ort: Ort, plan: ShardPlan, run: BackendRun): Record<string, OrtTensor> {
  return { [plan.io.input.name]: rowTensor(ort, plan, run.input, run.count) };
}

function rowTensor(ort: Ort, plan: ShardPlan, input: RowsIn, count: number): OrtTensor {
  switch (input.kind) {
    case "tokens":
      return new ort.Tensor("int64", BigInt64Array.from(input.ids, BigInt), [1, count]);
    case "hidden": {
      const dims = [1, count, plan.manifest.architecture.hiddenSize];
      return input.values instanceof Float32Array
        ? new ort.Tensor("float32", input.values, dims)
        : new ort.Tensor("float16", input.values, dims);
    }
    default:
      return input satisfies never;
  }
}

/** Mask or lengths, positions and wanted logits rows: small, and read by the CPU part of the graph, so always CPU tensors. */
export function controlFeeds(ort: Ort, io: ShardIo, run: BackendRun): Record<string, OrtTensor> {
  const feeds: Record<string, OrtTensor> = {};
  const total = run.position + run.count;
  if (io.attentionMask !== null)
    feeds[io.attentionMask] = new ort.Tensor("int64", new BigInt64Array(total).fill(1n), [1, total]);
  if (io.lengths !== null) {
    feeds[io.lengths.last] = new ort.Tensor("int32", Int32Array.of(total - 1), [1]);
    feeds[io.lengths.total] = new ort.Tensor("int32", Int32Array.of(total), []);
  }
  if (io.positionIds !== null) {
    const ids = BigInt64Array.from({ length: run.count }, (_, i) => BigInt(run.position + i));
    feeds[io.positionIds] = new ort.Tensor("int64", ids, [1, run.count]);
  }
  if (io.output.kind === "logits" && io.output.rows !== null) {
    const from = run.logitsFrom ?? run.count;
    const rows = BigInt64Array.from({ length: wantedRows(run) }, (_, i) => BigInt(from + i));
    feeds[io.output.rows] = new ort.Tensor("int64", rows, [rows.length]);
  }
  return feeds;
}

/** The result first, then the caches. */
export function outputNames(io: ShardIo): readonly string[] {
  return [io.output.name, ...io.kv.flatMap((layer) => [layer.presentKey, layer.presentValue])];
}
