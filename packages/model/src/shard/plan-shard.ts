import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from "onnx-buf";
import type { ActivationDtype, Manifest, TensorLocation } from "../manifest/manifest.ts";
import { elementType } from "./element-type.ts";
import { GraphError } from "./graph-error.ts";
import { indexGraph } from "./graph-index.ts";
import { type GraphIo, readGraphIo } from "./graph-io.ts";
import { encodeModel, externalTensor, intAttribute, node, valueInfo, withAttribute } from "./onnx.ts";
import { describePart, type Part } from "./part.ts";
import type { ShardIo, ShardPlan, ShardRange } from "./shard.ts";
import { layerKvBytes } from "./shard-size.ts";
import { lengthNames, rowsName, type Slice, sliceGraph } from "./slice-graph.ts";

/** What planning reads of a manifest, so that it can be done before the known answers exist. */
export type PlannableManifest = Pick<Manifest, "architecture" | "cuts" | "tensors">;

export type PartPlan = Omit<ShardPlan, "manifest" | "range"> & { readonly part: Part };

const weightsPath = "weights.bin";

/**
 * The graph and the list of weights of a range of layers; layer 0 brings the embedding, the last layer the head.
 * Pure and quick: no weight is read. Throws a GraphError when the skeleton does not fit the manifest or the range
 * is none of the model's.
 */
export function planShard(manifest: Manifest, skeleton: Uint8Array, range: ShardRange): ShardPlan {
  const { part: _, ...plan } = planPart(manifest, skeleton, wholePart(manifest, range));
  return { manifest, range, ...plan };
}

/** The part that a range of layers stands for. */
export function wholePart(manifest: PlannableManifest, range: ShardRange): Part {
  return {
    from: range.from,
    to: range.to,
    embedding: range.from === 0,
    head: range.to === manifest.architecture.layerCount,
  };
}

/** As {@link planShard}, for any contiguous run of parts: the embedding alone, layers without their ends, the head alone. */
export function planPart(manifest: PlannableManifest, skeleton: Uint8Array, part: Part): PartPlan {
  checkPart(manifest, part);
  const model = decodeSkeleton(skeleton);
  const graph = model.graph ?? create(GraphProtoSchema);
  const index = indexGraph(graph);
  const io = readGraphIo(index);
  const cuts = manifest.cuts.map((cut) => cut.tensors);
  const slice = sliceGraph(index, io, cuts, part);
  const { initializers, weights, weightBytes } = placeWeights(manifest, index.initializers, slice);
  const { hiddenSize, vocabSize, activation } = manifest.architecture;
  const kv = io.kv.slice(part.from, part.to).map((names, i) => ({ ...names, ...kvShape(manifest, part.from + i) }));
  const hidden = (name: string): ReturnType<typeof valueInfo> =>
    valueInfo(name, elementType[activation], ["batch_size", "sequence_length", hiddenSize]);
  const logits = part.head ? logitsAsF32(slice.nodes, graph, io, activation) : null;
  const cut: GraphProto = create(GraphProtoSchema, {
    name: `${graph.name} ${describePart(part)}`,
    node: (logits?.nodes ?? slice.nodes).map(exactMatMul),
    initializer: [...initializers, ...slice.added],
    input: [
      ...(slice.hiddenIn === null ? [] : [hidden(slice.hiddenIn)]),
      ...graph.input.filter((i) => slice.inputs.has(i.name)),
      ...(slice.hasLengths
        ? [
            valueInfo(lengthNames.last, elementType.i32, ["batch_size"]),
            valueInfo(lengthNames.total, elementType.i32, []),
          ]
        : []),
      ...(part.head ? [valueInfo(rowsName, elementType.i64, ["rows"])] : []),
      // A cache that no node reads is still fed: a shard's inputs depend on its range only.
      ...graph.input.filter(
        (i) => !slice.inputs.has(i.name) && kv.some((k) => k.pastKey === i.name || k.pastValue === i.name),
      ),
    ],
    output: [
      ...(slice.hiddenOut === null ? [] : [hidden(slice.hiddenOut)]),
      ...(logits === null ? [] : [valueInfo(logits.name, elementType.f32, ["batch_size", "rows", vocabSize])]),
      ...graph.output.filter((o) => kv.some((k) => k.presentKey === o.name || k.presentValue === o.name)),
    ],
  });
  return {
    part,
    io: {
      input: slice.hiddenIn === null ? { kind: "tokens", name: io.inputIds } : { kind: "hidden", name: slice.hiddenIn },
      output: outputOf(slice, logits?.name ?? null),
      attentionMask: used(slice, io.attentionMask),
      lengths: slice.hasLengths ? lengthNames : null,
      positionIds: used(slice, io.positionIds),
      kv,
    },
    activation,
    graph: encodeModel({ ...model, graph: cut }),
    weightsPath,
    weights,
    weightBytes,
    kvBytesPerToken: kv.reduce((sum, layer) => sum + layerKvBytes(layer), 0),
  };
}

function checkPart(manifest: PlannableManifest, part: Part): void {
  const { layerCount } = manifest.architecture;
  const isRange =
    Number.isInteger(part.from) &&
    Number.isInteger(part.to) &&
    0 <= part.from &&
    part.from <= part.to &&
    part.to <= layerCount;
  if (!isRange)
    throw new GraphError(
      "config",
      `Layers ${part.from} to ${part.to} are no range of a model of ${layerCount} layers.`,
    );
  if (part.from === part.to && part.embedding === part.head)
    throw new GraphError("config", `A shard without layers holds nothing to run.`);
  if ((part.embedding && part.from !== 0) || (part.head && part.to !== layerCount)) {
    throw new GraphError("config", `The embedding goes with layer 0 and the head with layer ${layerCount - 1}.`);
  }
}

/** The last skeleton decoded, since a tab plans several ranges of one model. */
let decoded: { readonly bytes: Uint8Array; readonly model: ModelProto } | null = null;

function decodeSkeleton(bytes: Uint8Array): ModelProto {
  if (decoded?.bytes === bytes) return decoded.model;
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    decoded = { bytes, model };
    return model;
  } catch (cause) {
    throw new GraphError("damaged", "The model's skeleton graph is no ONNX file; download it again.", { cause });
  }
}

interface Placed {
  readonly initializers: readonly TensorProto[];
  readonly weights: readonly { readonly tensor: TensorLocation; readonly at: number }[];
  readonly weightBytes: number;
}

function placeWeights(manifest: PlannableManifest, known: ReadonlyMap<string, TensorProto>, slice: Slice): Placed {
  const locations = new Map(manifest.tensors.map((tensor) => [tensor.name, tensor]));
  const initializers: TensorProto[] = [];
  const weights: { tensor: TensorLocation; at: number }[] = [];
  let end = 0;
  for (const name of slice.initializers) {
    const initializer = known.get(name);
    if (initializer === undefined) continue;
    const tensor = locations.get(name);
    if (tensor === undefined) {
      if (initializer.externalData.length > 0) {
        throw new GraphError(
          "external-data",
          `The manifest does not say where the bytes of tensor "${name}" are; write it again.`,
        );
      }
      initializers.push(initializer);
      continue;
    }
    // GPU uploads take offsets in whole words.
    const at = Math.ceil(end / 4) * 4;
    initializers.push(externalTensor(initializer, weightsPath, at, tensor.lengthBytes));
    weights.push({ tensor, at });
    end = at + tensor.lengthBytes;
  }
  return { initializers, weights, weightBytes: end };
}

/** Logits leave as f32, whatever the graph computes in. */
function logitsAsF32(
  nodes: readonly NodeProto[],
  graph: GraphProto,
  io: GraphIo,
  activation: ActivationDtype,
): { readonly name: string; readonly nodes: readonly NodeProto[] } {
  const type = graph.output.find((o) => o.name === io.logits)?.type?.value;
  const elemType = type?.case === "tensorType" ? type.value.elemType : elementType[activation];
  if (elemType === elementType.f32) return { name: io.logits, nodes };
  const name = `${io.logits}.potluck_f32`;
  const to = intAttribute("to", elementType.f32);
  return { name, nodes: [...nodes, node("Cast", [io.logits], [name], { attributes: [to] })] };
}

/** Level 4 would round activations to int8, and differently on every backend; every hop must agree. */
function exactMatMul(n: NodeProto): NodeProto {
  return n.opType === "MatMulNBits" ? withAttribute(n, intAttribute("accuracy_level", 0)) : n;
}

function outputOf(slice: Slice, logits: string | null): ShardIo["output"] {
  if (slice.hiddenOut !== null) return { kind: "hidden", name: slice.hiddenOut };
  return { kind: "logits", name: logits ?? "", rows: rowsName };
}

function used(slice: Slice, name: string | null): string | null {
  return name !== null && slice.inputs.has(name) ? name : null;
}

function kvShape(manifest: PlannableManifest, layer: number): Manifest["architecture"]["kv"][number] {
  const shape = manifest.architecture.kv[layer];
  if (shape === undefined) throw new GraphError("config", `The manifest lacks the cache shape of layer ${layer}.`);
  return shape;
}
