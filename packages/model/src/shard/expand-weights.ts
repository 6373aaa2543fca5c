import { create, fromBinary } from "@bufbuild/protobuf";
import { GraphProtoSchema, ModelProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import { dequantize } from "./dequantize.ts";
import { elementType } from "./element-type.ts";
import { GraphError } from "./graph-error.ts";
import { encodeModel, externalTensor, intAttribute, node } from "./onnx.ts";
import type { ShardPlan } from "./shard.ts";

/** A shard's graph whose 4-bit products are plain f32 products, as far as memory allowed. */
export interface ExpandedShard {
  readonly graph: Uint8Array;
  /** The file that the graph names beside `plan.weightsPath`, from which it still reads the other weights. */
  readonly expandedPath: string;
  /** The f32 matrices; empty when nothing was expanded. */
  readonly expanded: Uint8Array;
}

/** A product that can be expanded: `[rows, columns]` is the matrix, whose transpose the activations are multiplied with. */
interface Product {
  readonly activations: string;
  readonly quantized: TensorProto;
  readonly scales: TensorProto;
  readonly zeroPoints: TensorProto | null;
  readonly rows: number;
  readonly columns: number;
  readonly blockSize: number;
  /** Offset of the f32 matrix in `expanded`. */
  readonly at: number;
}

const expandedPath = "expanded.bin";

/**
 * Replaces 4-bit products by f32 products of the same numbers, in the graph's order, while their matrices fit `limitBytes`
 * together. The runtime has no kernel for 4 bits on the CPU: it expands every matrix anew in every run, which is three
 * quarters of a run of one row. Expanded once, a matrix takes eight times the memory. Sums are of the same terms in
 * another order, so results differ by rounding.
 *
 * Products in half precision, with a bias or with a permutation stay as they are.
 */
export function expandWeights(
  plan: Pick<ShardPlan, "graph" | "weightsPath">,
  weights: Uint8Array,
  limitBytes: number,
): ExpandedShard {
  const model = fromBinary(ModelProtoSchema, plan.graph);
  const { graph } = model;
  if (graph === undefined) throw new GraphError("damaged", "The shard's graph is empty.");
  const products = chooseProducts(graph.node, graph.initializer, limitBytes);
  const last = [...products.values()].at(-1);
  const expanded = new Uint8Array(last === undefined ? 0 : last.at + matrixBytes(last));
  const added: TensorProto[] = [];
  const nodes = graph.node.map((n) => {
    const product = products.get(n);
    if (product === undefined) return n;
    const { rows, columns, at } = product;
    dequantize(
      {
        ...product,
        quantized: bytesOf(product.quantized, weights),
        scales: new Float32Array(new Uint8Array(bytesOf(product.scales, weights)).buffer),
        zeroPoints: product.zeroPoints === null ? null : bytesOf(product.zeroPoints, weights),
      },
      new Float32Array(expanded.buffer, at, rows * columns),
    );
    const matrix = {
      name: `${product.quantized.name}.potluck_f32`,
      dataType: elementType.f32,
      dims: [BigInt(rows), BigInt(columns)],
    };
    added.push(externalTensor(matrix, expandedPath, at, matrixBytes(product)));
    return node("FusedMatMul", [product.activations, matrix.name], n.output, {
      name: n.name,
      domain: "com.microsoft",
      attributes: [intAttribute("transB", 1)],
    });
  });
  const used = new Set(nodes.flatMap((n) => n.input));
  const initializer = [...graph.initializer.filter((tensor) => used.has(tensor.name)), ...added];
  const rewritten = create(GraphProtoSchema, { ...graph, node: nodes, initializer });
  return { graph: encodeModel({ ...model, graph: rewritten }), expandedPath, expanded };
}

function chooseProducts(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  limitBytes: number,
): ReadonlyMap<NodeProto, Product> {
  const known = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const chosen = new Map<NodeProto, Product>();
  const seen = new Set<string>();
  let end = 0;
  for (const n of nodes) {
    const product = productOf(n, known, end);
    // A matrix that two nodes share would be expanded twice.
    if (product === null || seen.has(product.quantized.name) || end + matrixBytes(product) > limitBytes) continue;
    seen.add(product.quantized.name);
    chosen.set(n, product);
    end += matrixBytes(product);
  }
  return chosen;
}

const matrixBytes = (matrix: { readonly rows: number; readonly columns: number }): number =>
  matrix.rows * matrix.columns * 4;

/** Null for what is no 4-bit f32 product of this plain kind. */
function productOf(n: NodeProto, known: ReadonlyMap<string, TensorProto>, at: number): Product | null {
  if (n.opType !== "MatMulNBits" || n.domain !== "com.microsoft") return null;
  const [activations = "", b = "", s = "", z = "", ...more] = n.input;
  const quantized = known.get(b);
  const scales = known.get(s);
  const zeroPoints = z === "" ? null : known.get(z);
  if (quantized === undefined || scales === undefined || zeroPoints === undefined) return null;
  if (more.some((name) => name !== "")) return null;
  if (scales.dataType !== elementType.f32) return null;
  if (zeroPoints !== null && zeroPoints.dataType !== elementType.u8) return null;
  const attribute = (name: string, absent: number): number =>
    Number(n.attribute.find((a) => a.name === name)?.i ?? absent);
  if (attribute("bits", 4) !== 4) return null;
  const rows = attribute("N", 0);
  const columns = attribute("K", 0);
  return { activations, quantized, scales, zeroPoints, rows, columns, blockSize: attribute("block_size", 32), at };
}

/** The bytes of an initializer, inside the graph or in the weights' file. */
function bytesOf(tensor: TensorProto, weights: Uint8Array): Uint8Array {
  if (tensor.externalData.length === 0) return tensor.rawData;
  const entry = (key: string): number => Number(tensor.externalData.find((e) => e.key === key)?.value ?? 0);
  const at = entry("offset");
  return weights.subarray(at, at + entry("length"));
}
