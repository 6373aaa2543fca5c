import type { Architecture, Cut, KvShape, PartName } from "../manifest/manifest.ts";
import { GraphError } from "../shard/graph-error.ts";
import { type GraphIndex, indexGraph } from "../shard/graph-index.ts";
import { type GraphIo, readGraphIo } from "../shard/graph-io.ts";
import { tensorType } from "../shard/onnx.ts";
import type { Part } from "../shard/part.ts";
import { sliceGraph } from "../shard/slice-graph.ts";
import { activationOf } from "./activation.ts";
import type { ByteSource } from "./byte-source.ts";
import { type ExportConfig, readExportConfig } from "./export-config.ts";
import { findGraphFile } from "./export-files.ts";
import { findCuts } from "./find-cuts.ts";
import { type ExportGraph, readGraph } from "./read-graph.ts";

/** All that can be known of an export without reading its weights. */
export interface ExportDescription {
  readonly path: string;
  readonly export: ExportGraph;
  readonly config: ExportConfig;
  readonly architecture: Architecture;
  /** `layerCount + 1` boundaries in order. */
  readonly cuts: readonly Cut[];
  /** Parts that use each large tensor. Tensors that none uses are absent. */
  readonly usedBy: ReadonlyMap<string, readonly PartName[]>;
}

/** Reads and cuts the `dtype` export of a source. Throws a GraphError or SourceError; reads no weights. */
export async function readExport(source: ByteSource, dtype: string, signal?: AbortSignal): Promise<ExportDescription> {
  const path = await findGraphFile(source, dtype, signal);
  const config = await readExportConfig(source, signal);
  const graph = await readGraph(source, path, signal);
  const index = indexGraph(graph.graph);
  const io = readGraphIo(index);
  if (config.layerCount !== null && config.layerCount !== io.kv.length) {
    throw new GraphError(
      "config",
      `config.json speaks of ${config.layerCount} layers, and ${path} has caches for ${io.kv.length}.`,
    );
  }
  const cuts = findCuts(index, io);
  const usedBy = findUses(index, io, cuts, new Set(graph.weights.map((w) => w.name)));
  return { path, export: graph, config, architecture: describe(index, io, cuts, config), cuts, usedBy };
}

/** Cuts every part out once: what can be cut into single parts can be cut anywhere. */
function findUses(
  index: GraphIndex,
  io: GraphIo,
  cuts: readonly Cut[],
  large: ReadonlySet<string>,
): Map<string, PartName[]> {
  const layerCount = io.kv.length;
  const parts: [PartName, Part][] = [
    ["embedding", { from: 0, to: 0, embedding: true, head: false }],
    ...io.kv.map((_, i): [PartName, Part] => [i, { from: i, to: i + 1, embedding: false, head: false }]),
    ["head", { from: layerCount, to: layerCount, embedding: false, head: true }],
  ];
  const usedBy = new Map<string, PartName[]>();
  for (const [name, part] of parts) {
    const slice = sliceGraph(
      index,
      io,
      cuts.map((c) => c.tensors),
      part,
    );
    for (const tensor of slice.initializers) {
      if (!large.has(tensor)) continue;
      const users = usedBy.get(tensor);
      if (users === undefined) usedBy.set(tensor, [name]);
      else users.push(name);
    }
  }
  return usedBy;
}

function describe(index: GraphIndex, io: GraphIo, cuts: readonly Cut[], config: ExportConfig): Architecture {
  const dtypes = new Set(cuts.map((cut) => activationOf(index, cut.tensors[0])));
  const [activation] = dtypes;
  if (activation === undefined || dtypes.size > 1) {
    throw new GraphError(
      "uncuttable",
      "The residual stream changes its element type between layers; such exports can't be cut.",
    );
  }
  const declared = tensorType(index.outputs.get(io.logits))?.dims?.at(-1) ?? null;
  const vocabSize = declared ?? config.vocabSize;
  const hiddenSize = config.hiddenSize ?? hiddenSizeOf(index, cuts);
  if (vocabSize === null || hiddenSize === null || config.maxPositions === null) {
    throw new GraphError("config", "config.json lacks hidden_size, vocab_size or max_position_embeddings.");
  }
  const inGraph = hiddenSizeOf(index, cuts);
  if (inGraph !== null && inGraph !== hiddenSize) {
    throw new GraphError(
      "config",
      `config.json gives hidden_size ${hiddenSize}, and the graph's residual stream "${cuts[0]?.tensors[0]}" has ${inGraph}.`,
    );
  }
  return {
    layerCount: io.kv.length,
    hiddenSize,
    vocabSize,
    maxPositions: config.maxPositions,
    activation,
    attention: index.nodes.some((n) => n.opType === "GroupQueryAttention") ? "gqa" : "plain",
    kv: io.kv.map((names) => kvShapeOf(index, names.pastKey, config)),
    stopTokens: config.stopTokens.filter((id) => id >= 0),
  };
}

/** Width of the residual stream where the graph states it: at a boundary, or in the embedding's table. */
function hiddenSizeOf(index: GraphIndex, cuts: readonly Cut[]): number | null {
  const names = new Set(cuts.flatMap((cut) => cut.tensors));
  for (const info of index.graph.valueInfo) {
    const width = names.has(info.name) ? (tensorType(info)?.dims?.at(-1) ?? null) : null;
    if (width !== null) return width;
  }
  const embedding = index.nodes[index.producer.get(cuts[0]?.tensors[0] ?? "") ?? -1];
  if (embedding?.opType !== "Gather") return null;
  const width = index.initializers.get(embedding.input[0] ?? "")?.dims.at(-1);
  return width === undefined ? null : Number(width);
}

function kvShapeOf(index: GraphIndex, name: string, config: ExportConfig): KvShape {
  const dims = tensorType(index.inputs.get(name))?.dims ?? [];
  const kvHeads = dims[1] ?? config.kvHeads;
  const headDim = dims[3] ?? config.headDim;
  if (kvHeads === null || headDim === null || (dims.length !== 4 && dims.length !== 0)) {
    throw new GraphError("layers", `Input "${name}" is not a cache of shape [batch, heads, past, size].`);
  }
  return { kvHeads, headDim, dtype: activationOf(index, name) };
}
