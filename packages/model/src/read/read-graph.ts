import { fromBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from "onnx-buf";
import { GraphError } from "../shard/graph-error.ts";
import { externalTensor } from "../shard/onnx.ts";
import type { ByteSource } from "./byte-source.ts";
import { checkOperators } from "./check-operators.ts";
import { inlineBytes, scanModel } from "./scan-model.ts";

/** Where the bytes of an initializer are; `path` is relative to the source. */
export interface WeightRange {
  readonly name: string;
  readonly path: string;
  readonly offset: number;
  readonly lengthBytes: number;
}

/** An export's graph without its weights. */
export interface ExportGraph {
  /** Large initializers are external data whose location is a path of the source. */
  readonly model: ModelProto;
  readonly graph: GraphProto;
  readonly weights: readonly WeightRange[];
  /** Sizes of the files that hold weights. */
  readonly files: ReadonlyMap<string, number>;
}

/**
 * Reads the graph of the ONNX file `path` and learns where its weights are, without reading them. Throws a GraphError
 * that names the tensor, node or file; a SourceError when bytes can't be had.
 */
export async function readGraph(source: ByteSource, path: string, signal?: AbortSignal): Promise<ExportGraph> {
  const sizeBytes = await source.size(path, signal);
  if (sizeBytes === null) throw new GraphError("truncated", `${source.label} has no file ${path}.`);
  const bytes = await scanModel(source, path, sizeBytes, signal);
  const model = decode(bytes, path);
  const { graph } = model;
  if (graph === undefined) throw new GraphError("damaged", `${path} holds no graph.`);
  checkOperators(model);
  const files = new Map([[path, sizeBytes]]);
  const weights: WeightRange[] = [];
  const initializer: TensorProto[] = [];
  const names = new Set<string>();
  for (const tensor of graph.initializer) {
    if (names.has(tensor.name)) throw new GraphError("damaged", `Two tensors in ${path} are called "${tensor.name}".`);
    names.add(tensor.name);
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) {
      initializer.push(tensor);
      continue;
    }
    const range = await locate(source, path, tensor, files, signal);
    checkLength(tensor, range);
    if (range.lengthBytes <= inlineBytes) {
      const rawData = Uint8Array.from(await source.read(range.path, range.offset, range.lengthBytes, signal));
      initializer.push({ ...tensor, rawData, externalData: [], dataLocation: TensorProto_DataLocation.DEFAULT });
    } else {
      weights.push(range);
      initializer.push(externalTensor(tensor, range.path, range.offset, range.lengthBytes));
    }
  }
  const slim = { ...graph, initializer };
  return { model: { ...model, graph: slim }, graph: slim, weights, files };
}

function decode(bytes: Uint8Array, path: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new GraphError("damaged", `${path} is no ONNX file, or a damaged one. Download it again.`, { cause });
  }
}

async function locate(
  source: ByteSource,
  modelPath: string,
  tensor: TensorProto,
  files: Map<string, number>,
  signal: AbortSignal | undefined,
): Promise<WeightRange> {
  const entries = new Map(tensor.externalData.map((e) => [e.key, e.value]));
  const location = entries.get("location") ?? "";
  const folder = modelPath.slice(0, modelPath.lastIndexOf("/") + 1);
  const path = location === modelPath ? modelPath : folder + location.replace(/^\.\//, "");
  const isInside =
    location !== "" &&
    !/^\/|\\|:/.test(location) &&
    path.split("/").every((step) => step !== "" && step !== "." && step !== "..");
  if (!isInside)
    throw new GraphError(
      "external-data",
      `Tensor "${tensor.name}" is in "${location}", which is no file beside ${modelPath}.`,
    );
  const fileBytes = files.get(path) ?? (await source.size(path, signal));
  if (fileBytes === null) {
    throw new GraphError(
      "external-data",
      `Tensor "${tensor.name}" is in ${path}, which ${source.label} lacks. Download it too.`,
    );
  }
  files.set(path, fileBytes);
  const offset = Number(entries.get("offset") ?? 0);
  const lengthBytes = Number(entries.get("length") ?? fileBytes - offset);
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(lengthBytes) || offset < 0 || lengthBytes < 0) {
    throw new GraphError(
      "external-data",
      `Tensor "${tensor.name}" has offset "${entries.get("offset")}" and length "${entries.get("length")}" in ${path}, which are no byte numbers.`,
    );
  }
  if (offset + lengthBytes > fileBytes) {
    throw new GraphError(
      "external-data",
      `Tensor "${tensor.name}" is at bytes ${offset} to ${offset + lengthBytes} of ${path}, which has only ${fileBytes}. The file is cut short or belongs to another model.`,
    );
  }
  return { name: tensor.name, path, offset, lengthBytes };
}

function checkLength(tensor: TensorProto, range: WeightRange): void {
  const bits = elementBits.get(tensor.dataType);
  if (bits === undefined)
    throw new GraphError("damaged", `Tensor "${tensor.name}" has element type ${tensor.dataType}, which can't be run.`);
  const want = Math.ceil((tensor.dims.reduce((product, dim) => product * Number(dim), 1) * bits) / 8);
  if (want !== range.lengthBytes) {
    throw new GraphError(
      "damaged",
      `Tensor "${tensor.name}" in ${range.path} has ${range.lengthBytes} bytes where its shape [${tensor.dims.join(", ")}] needs ${want}.`,
    );
  }
}

const elementBits: ReadonlyMap<number, number> = new Map([
  [TensorProto_DataType.FLOAT, 32],
  [TensorProto_DataType.UINT8, 8],
  [TensorProto_DataType.INT8, 8],
  [TensorProto_DataType.UINT16, 16],
  [TensorProto_DataType.INT16, 16],
  [TensorProto_DataType.INT32, 32],
  [TensorProto_DataType.INT64, 64],
  [TensorProto_DataType.BOOL, 8],
  [TensorProto_DataType.FLOAT16, 16],
  [TensorProto_DataType.DOUBLE, 64],
  [TensorProto_DataType.UINT32, 32],
  [TensorProto_DataType.UINT64, 64],
  [TensorProto_DataType.BFLOAT16, 16],
  [TensorProto_DataType.UINT4, 4],
  [TensorProto_DataType.INT4, 4],
  [TensorProto_DataType.UINT2, 2],
  [TensorProto_DataType.INT2, 2],
]);
