import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { folderSource } from "../src/node/folder-source.ts";
import { indexGraph } from "../src/shard/graph-index.ts";
import { readGraphIo } from "../src/shard/graph-io.ts";
import { node, valueInfo } from "../src/shard/onnx.ts";
import { planShard } from "../src/shard/plan-shard.ts";
import type { ShardRange } from "../src/shard/shard.ts";
import { elementType } from "../src/shard/element-type.ts";
import { buildManifest, type BuiltManifest, type ManifestDraft } from "../src/read/build-manifest.ts";
import type { ByteSource } from "../src/read/byte-source.ts";
import { RunningGraph } from "./run-graph.ts";

const demo = new URL("../../demo-model/", import.meta.url);

function demoFolder(name: "swarm-demo-10m" | "swarm-demo-draft-1m"): string {
  return fileURLToPath(new URL(`models/${name}`, demo));
}

export function demoSource(name: "swarm-demo-10m" | "swarm-demo-draft-1m"): ByteSource {
  return folderSource(demoFolder(name));
}

interface ReferenceItem {
  readonly prompt_ids: readonly number[];
  readonly q4_onnx_cpu: readonly number[];
  readonly hidden_last_position?: {
    readonly layers_zero_based: readonly number[];
    readonly fp32_torch: readonly (readonly number[])[];
    readonly q4_onnx_cpu: readonly (readonly number[])[];
  };
}

export async function referenceItems(): Promise<readonly ReferenceItem[]> {
  const text = await readFile(new URL("reference.json", demo), "utf8");
  return (JSON.parse(text) as { readonly items: readonly ReferenceItem[] }).items;
}

/** A manifest whose known answers are zeros: good enough for everything that does not check them. */
export function describeExport(source: ByteSource, dtype: string): Promise<BuiltManifest> {
  return buildManifest(source, {
    dtype,
    repository: "test",
    revision: "local",
    base: "source/",
    knownAnswers: (draft: ManifestDraft) => {
      const { layerCount, hiddenSize, vocabSize } = draft.architecture;
      return Promise.resolve({
        promptIds: [1],
        values: new Float32Array((layerCount + 1) * hiddenSize + vocabSize),
        tolerance: 1,
      });
    },
  });
}

/** The shard of a range, its weights read from the source. */
export async function openShard(built: BuiltManifest, source: ByteSource, range: ShardRange): Promise<RunningGraph> {
  const plan = planShard(built.manifest, built.skeleton, range);
  const weights = new Uint8Array(plan.weightBytes);
  for (const { tensor, at } of plan.weights) {
    const path = built.manifest.files[tensor.file]?.path ?? "";
    weights.set(await source.read(path, tensor.offset, tensor.lengthBytes), at);
  }
  return RunningGraph.open(plan, { [plan.weightsPath]: weights });
}

/** The uncut graph. With `boundaries` it also gives the hidden states of every boundary, named by {@link boundaryName}. */
export async function openUncut(
  built: BuiltManifest,
  source: ByteSource,
  path: string,
  options: { readonly boundaries?: boolean } = {},
): Promise<RunningGraph> {
  const bytes = await source.read(path, 0, (await source.size(path)) ?? 0);
  const model = fromBinary(ModelProtoSchema, bytes);
  const io = readGraphIo(indexGraph(model.graph ?? fail()));
  const { activation, kv } = built.manifest.architecture;
  const files: Record<string, Uint8Array> = {};
  for (const file of built.manifest.files) {
    if (file.path !== path)
      files[file.path.slice(file.path.lastIndexOf("/") + 1)] = await source.read(file.path, 0, file.sizeBytes);
  }
  const graph = options.boundaries === true ? withBoundaries(model, built) : bytes;
  return RunningGraph.open(
    {
      graph,
      activation,
      io: {
        input: { kind: "tokens", name: io.inputIds },
        output: { kind: "logits", name: io.logits, rows: null },
        attentionMask: io.attentionMask,
        lengths: null,
        positionIds: io.positionIds,
        kv: io.kv.map((names, i) => ({ ...names, ...(kv[i] ?? fail()) })),
      },
    },
    files,
  );
}

export function boundaryName(layer: number): string {
  return `boundary.${layer}`;
}

function withBoundaries(model: ModelProto, built: BuiltManifest): Uint8Array {
  const graph = model.graph ?? fail();
  const { activation, hiddenSize } = built.manifest.architecture;
  for (const { layer, tensors } of built.manifest.cuts) {
    graph.node.push(node(tensors.length === 2 ? "Add" : "Identity", tensors, [boundaryName(layer)]));
    graph.output.push(
      valueInfo(boundaryName(layer), elementType[activation], ["batch_size", "sequence_length", hiddenSize]),
    );
  }
  return toBinary(ModelProtoSchema, model);
}

function fail(): never {
  throw new Error("the test's model lacks what every model has");
}

/** `parts` ranges of as equal length as can be. */
export function tile(layerCount: number, parts: number): ShardRange[] {
  return Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((i * layerCount) / parts),
    to: Math.floor(((i + 1) * layerCount) / parts),
  }));
}
