import { create, fromBinary } from "@bufbuild/protobuf";
import { GraphProtoSchema, ModelProtoSchema, type NodeProto } from "onnx-buf";
import * as ort from "onnxruntime-web";
import { expect, test } from "vitest";
import { elementType } from "./element-type.ts";
import { expandWeights } from "./expand-weights.ts";
import { encodeModel, externalTensor, intAttribute, node, valueInfo } from "./onnx.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

const weightsPath = "weights.bin";

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly blockSize: number;
  readonly zeroPoints: boolean;
}

/** A graph of products of the same input, with matrices of arbitrary bytes. */
function productsGraph(all: readonly Sizes[]): { graph: Uint8Array; weights: Uint8Array } {
  const files: Uint8Array[] = [];
  let end = 0;
  const tensor = (name: string, dataType: number, dims: readonly number[], bytes: Uint8Array) => {
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    files.push(padded);
    end += padded.length;
    return externalTensor({ name, dataType, dims: dims.map(BigInt) }, weightsPath, end - padded.length, bytes.length);
  };
  const arbitrary = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + seed * 11) % 251);
  const nodes: NodeProto[] = [];
  const initializer = all.flatMap(({ rows, columns, blockSize, zeroPoints }, i) => {
    const blocks = Math.ceil(columns / blockSize);
    const zeroBytes = Math.ceil(blocks / 2);
    nodes.push(
      node("MatMulNBits", ["x", `q${i}`, `s${i}`, ...(zeroPoints ? [`z${i}`] : [])], [`y${i}`], {
        domain: "com.microsoft",
        attributes: Object.entries({ N: rows, K: columns, bits: 4, block_size: blockSize }).map(([name, value]) =>
          intAttribute(name, value),
        ),
      }),
    );
    const scales = Float32Array.from({ length: rows * blocks }, (_, j) => Math.sin(j + i) / 7);
    return [
      tensor(`q${i}`, elementType.u8, [rows, blocks, blockSize / 2], arbitrary((rows * blocks * blockSize) / 2, i)),
      tensor(`s${i}`, elementType.f32, [rows * blocks], new Uint8Array(scales.buffer)),
      ...(zeroPoints ? [tensor(`z${i}`, elementType.u8, [rows * zeroBytes], arbitrary(rows * zeroBytes, i + 5))] : []),
    ];
  });
  const graph = encodeModel(
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [
        { domain: "", version: 21n },
        { domain: "com.microsoft", version: 1n },
      ],
      graph: create(GraphProtoSchema, {
        name: "products",
        node: nodes,
        initializer,
        input: [valueInfo("x", elementType.f32, ["rows", all[0]?.columns ?? 0])],
        output: all.map(({ rows }, i) => valueInfo(`y${i}`, elementType.f32, ["rows", rows])),
      }),
    }),
  );
  const weights = new Uint8Array(end);
  let at = 0;
  for (const file of files) {
    weights.set(file, at);
    at += file.length;
  }
  return { graph, weights };
}

/** The whole matrix of every product: what comes out for the rows of the identity. */
async function matrices(graph: Uint8Array, files: readonly { path: string; data: Uint8Array }[], columns: number) {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ["wasm"],
    externalData: files.filter(({ data }) => data.length > 0),
  });
  const identity = Float32Array.from({ length: columns * columns }, (_, i) => (i % (columns + 1) === 0 ? 1 : 0));
  const results = await session.run({ x: new ort.Tensor("float32", identity, [columns, columns]) });
  await session.release();
  return Object.keys(results)
    .toSorted()
    .map((name) => results[name]?.data);
}

const sizes = [
  { rows: 24, columns: 96, blockSize: 32, zeroPoints: false },
  { rows: 7, columns: 96, blockSize: 32, zeroPoints: true },
  { rows: 5, columns: 96, blockSize: 64, zeroPoints: true },
  { rows: 16, columns: 96, blockSize: 128, zeroPoints: false },
] as const;

test("MO42 an expanded matrix holds to the bit the numbers that the runtime computes with", async () => {
  const { graph, weights } = productsGraph(sizes);
  const { expanded, expandedPath, ...rewritten } = expandWeights({ graph, weightsPath }, weights, 2 ** 20);
  const published = await matrices(graph, [{ path: weightsPath, data: weights }], 96);
  const files = [
    { path: weightsPath, data: weights },
    { path: expandedPath, data: expanded },
  ];
  expect(await matrices(rewritten.graph, files, 96)).toEqual(published);
});

test("MO42 a row's result does not depend on how many rows an expanded product has", async () => {
  const { graph, weights } = productsGraph(sizes);
  const { expanded, expandedPath, ...rewritten } = expandWeights({ graph, weightsPath }, weights, 2 ** 20);
  const session = await ort.InferenceSession.create(rewritten.graph, {
    executionProviders: ["wasm"],
    externalData: [{ path: expandedPath, data: expanded }],
  });
  const rows = Float32Array.from({ length: 9 * 96 }, (_, i) => Math.sin(i * 1.3));
  const run = async (from: number, to: number): Promise<Float32Array> => {
    const x = new ort.Tensor("float32", rows.slice(from * 96, to * 96), [to - from, 96]);
    return (await session.run({ x })).y0?.data as Float32Array;
  };
  const together = await run(0, 9);
  const width = sizes[0].rows;
  for (const [from, to] of [
    [0, 1],
    [1, 3],
    [3, 7],
    [7, 9],
  ] as const)
    expect(await run(from, to)).toEqual(together.slice(from * width, to * width));
  await session.release();
});

test("MO42 as many matrices are expanded as fit the limit, and the others stay as they are", () => {
  const { graph, weights } = productsGraph(sizes);
  const operators = (limitBytes: number) => {
    const result = expandWeights({ graph, weightsPath }, weights, limitBytes);
    expect(result.expanded.length).toBeLessThanOrEqual(limitBytes);
    return fromBinary(ModelProtoSchema, result.graph).graph?.node.map((n) => n.opType);
  };
  const [first, second, third] = sizes.map(({ rows, columns }) => rows * columns * 4);
  expect(operators(0)).toEqual(["MatMulNBits", "MatMulNBits", "MatMulNBits", "MatMulNBits"]);
  expect(operators((first ?? 0) - 1)).toEqual(["MatMulNBits", "FusedMatMul", "FusedMatMul", "MatMulNBits"]);
  expect(operators((first ?? 0) + (second ?? 0))).toEqual(["FusedMatMul", "FusedMatMul", "MatMulNBits", "MatMulNBits"]);
  expect(operators((first ?? 0) + (third ?? 0))).toEqual(["FusedMatMul", "MatMulNBits", "FusedMatMul", "MatMulNBits"]);
});

test("MO42 a product in half precision, with a bias or with more bits stays as it is", () => {
  const { graph, weights } = productsGraph(sizes);
  const kinds = (change: (model: ReturnType<typeof decode>) => void) => {
    const model = decode(graph);
    change(model);
    const result = expandWeights({ graph: encodeModel(model), weightsPath }, weights, 2 ** 20);
    return fromBinary(ModelProtoSchema, result.graph).graph?.node[0]?.opType;
  };
  expect(kinds(() => undefined)).toBe("FusedMatMul");
  expect(kinds((model) => model.graph?.node[0]?.input.push("", "", "bias"))).toBe("MatMulNBits");
  expect(kinds((model) => model.graph?.node[0]?.attribute.forEach((a) => a.name === "bits" && (a.i = 8n)))).toBe(
    "MatMulNBits",
  );
  expect(
    kinds((model) => {
      const scales = model.graph?.initializer.find((tensor) => tensor.name === "s0");
      if (scales !== undefined) scales.dataType = elementType.f16;
    }),
  ).toBe("MatMulNBits");
});

function decode(graph: Uint8Array) {
  return fromBinary(ModelProtoSchema, graph);
}
