import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
} from "onnx-buf";
import { memorySource } from "../src/read/memory-source.ts";
import type { ByteSource } from "../src/read/byte-source.ts";
import { elementType } from "../src/shard/element-type.ts";
import { encodeModel, intAttribute, node, valueInfo } from "../src/shard/onnx.ts";

export interface TinyOptions {
  readonly dtype: "f32" | "f16";
  /** What lengths are read from: the ids, or the embedding's output, as exporters differ. */
  readonly shapesFrom: "tokens" | "embedding";
  /** A second stream that layers add to and never join: can't be cut. */
  readonly twoStreams?: boolean;
}

const [layers, hidden, heads, kvHeads, headDim, ff, vocab] = [4, 32, 4, 2, 8, 64, 96];

/**
 * A random decoder of standard operators only, in the manner of traced exports: primitive RMS norms, rotary embedding
 * from `position_ids`, masked softmax attention, caches grown by Concat, lengths from shapes, constants in nodes.
 */
export function tinyLlama(options: TinyOptions): ByteSource {
  const bytes = encodeModel(
    create(ModelProtoSchema, {
      irVersion: 9n,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 18n })],
      graph: new TinyGraph(options).build(),
    }),
  );
  const config = {
    hidden_size: hidden,
    num_hidden_layers: layers,
    vocab_size: vocab,
    max_position_embeddings: 64,
    eos_token_id: 2,
    num_attention_heads: heads,
  };
  return memorySource(
    new Map([
      ["onnx/model.onnx", bytes],
      ["config.json", new TextEncoder().encode(JSON.stringify(config))],
      ["tokenizer.json", new TextEncoder().encode("{}")],
      ["README.md", new TextEncoder().encode("---\nlicense: mit\n---\n# Tiny\n")],
    ]),
  );
}

class TinyGraph {
  readonly #options: TinyOptions;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #elem: number;
  #count = 0;
  #seed = 7;

  constructor(options: TinyOptions) {
    this.#options = options;
    this.#elem = elementType[options.dtype];
  }

  build() {
    // Names say nothing on purpose: layers must be found without them.
    const table = this.#weight([vocab, hidden], 1);
    let x = this.#op("Gather", [table, "input_ids"]);
    let y = this.#op("Neg", [x]);
    const lengths = this.#options.shapesFrom === "tokens" ? "input_ids" : x;
    const batch = this.#dim(lengths, 0);
    const seq = this.#dim(lengths, 1);
    const past = this.#dim("past_key_values.0.key", 2);
    const total = this.#op("Add", [past, seq]);
    const list = (scalar: string): string => this.#op("Unsqueeze", [scalar, this.#ints([0])]);
    const queries = this.#op("Range", [past, total, this.#int(1)]);
    const keys = this.#op("Range", [this.#int(0), total, this.#int(1)]);
    const causal = this.#op("LessOrEqual", [
      this.#op("Unsqueeze", [keys, this.#ints([0])]),
      this.#op("Unsqueeze", [queries, this.#ints([1])]),
    ]);
    const padding = this.#op("Unsqueeze", [this.#cast("attention_mask", 9), this.#ints([1, 2])]);
    const allowed = this.#op("And", [this.#op("Unsqueeze", [causal, this.#ints([0, 1])]), padding]);
    const mask = this.#op("Where", [allowed, this.#float(0), this.#float(-60_000)]);
    const angles = this.#op("MatMul", [
      this.#cast(this.#op("Unsqueeze", ["position_ids", this.#ints([2])]), elementType.f32),
      this.#constant(
        [1, headDim / 2],
        Array.from({ length: headDim / 2 }, (_, i) => 100 ** (-i / 4)),
        elementType.f32,
      ),
    ]);
    const both = this.#op("Unsqueeze", [
      this.#op("Concat", [angles, angles], [intAttribute("axis", -1)]),
      this.#ints([1]),
    ]);
    const cos = this.#cast(this.#op("Cos", [both]), this.#elem);
    const sin = this.#cast(this.#op("Sin", [both]), this.#elem);
    const rotate = (t: string): string => {
      const part = (from: number, to: number): string =>
        this.#op("Slice", [t, this.#ints([from]), this.#ints([to]), this.#ints([3]), this.#ints([1])]);
      const turned = this.#op(
        "Concat",
        [this.#op("Neg", [part(headDim / 2, headDim)]), part(0, headDim / 2)],
        [intAttribute("axis", -1)],
      );
      return this.#op("Add", [this.#op("Mul", [t, cos]), this.#op("Mul", [turned, sin])]);
    };
    const toHeads = (t: string, n: number): string => {
      const shape = this.#op(
        "Concat",
        [list(batch), list(seq), this.#ints([n]), this.#ints([headDim])],
        [intAttribute("axis", 0)],
      );
      return this.#op("Transpose", [this.#op("Reshape", [t, shape])], [this.#perm([0, 2, 1, 3])]);
    };
    for (let layer = 0; layer < layers; layer++) {
      const normed = this.#rmsNorm(x);
      const q = rotate(toHeads(this.#linear(normed, hidden, heads * headDim), heads));
      const k = rotate(toHeads(this.#linear(normed, hidden, kvHeads * headDim), kvHeads));
      const v = toHeads(this.#linear(normed, hidden, kvHeads * headDim), kvHeads);
      for (const [side, fresh] of [
        ["key", k],
        ["value", v],
      ] as const) {
        this.#op(
          "Concat",
          [`past_key_values.${layer}.${side}`, fresh],
          [intAttribute("axis", -2)],
          `present.${layer}.${side}`,
        );
      }
      const repeat = (t: string): string => {
        const end = [list(total), this.#ints([headDim])];
        const wide = this.#op(
          "Concat",
          [list(batch), this.#ints([kvHeads]), this.#ints([heads / kvHeads]), ...end],
          [intAttribute("axis", 0)],
        );
        const flat = this.#op("Concat", [list(batch), this.#ints([heads]), ...end], [intAttribute("axis", 0)]);
        return this.#op("Reshape", [this.#op("Expand", [this.#op("Unsqueeze", [t, this.#ints([2])]), wide]), flat]);
      };
      const turned = this.#op("Transpose", [repeat(`present.${layer}.key`)], [this.#perm([0, 1, 3, 2])]);
      const scores = this.#op("Mul", [this.#op("MatMul", [q, turned]), this.#float(headDim ** -0.5)]);
      const shares = this.#op("Softmax", [this.#op("Add", [scores, mask])], [intAttribute("axis", -1)]);
      const mixed = this.#op(
        "Transpose",
        [this.#op("MatMul", [shares, repeat(`present.${layer}.value`)])],
        [this.#perm([0, 2, 1, 3])],
      );
      const shape = this.#op(
        "Concat",
        [list(batch), list(seq), this.#ints([heads * headDim])],
        [intAttribute("axis", 0)],
      );
      x = this.#op("Add", [x, this.#linear(this.#op("Reshape", [mixed, shape]), heads * headDim, hidden)]);
      const into = this.#rmsNorm(x);
      const gate = this.#linear(into, hidden, ff);
      const act = this.#op("Mul", [
        this.#op("Mul", [gate, this.#op("Sigmoid", [gate])]),
        this.#linear(into, hidden, ff),
      ]);
      const out = this.#linear(act, ff, hidden);
      x = this.#op("Add", [x, out]);
      if (this.#options.twoStreams === true) y = this.#op("Add", [y, this.#op("Tanh", [out])]);
    }
    const joined = this.#options.twoStreams === true ? this.#op("Add", [x, y]) : x;
    this.#op("MatMul", [this.#rmsNorm(joined), this.#op("Transpose", [table], [this.#perm([1, 0])])], [], "logits");
    return create(GraphProtoSchema, {
      name: "tiny",
      node: this.#nodes,
      initializer: this.#initializers,
      input: [
        valueInfo("input_ids", elementType.i64, ["b", "s"]),
        valueInfo("attention_mask", elementType.i64, ["b", "t"]),
        valueInfo("position_ids", elementType.i64, ["b", "s"]),
        ...this.#caches("past_key_values", "p"),
      ],
      output: [valueInfo("logits", this.#elem, ["b", "s", vocab]), ...this.#caches("present", "t")],
    });
  }

  #caches(prefix: string, length: string): ValueInfoProto[] {
    return Array.from({ length: layers }, (_, i) =>
      ["key", "value"].map((side) => valueInfo(`${prefix}.${i}.${side}`, this.#elem, ["b", kvHeads, length, headDim])),
    ).flat();
  }

  #op(
    opType: string,
    input: readonly string[],
    attributes: NodeProto["attribute"] = [],
    output = `t${this.#count++}`,
  ): string {
    this.#nodes.push(node(opType, input, [output], { name: "", attributes }));
    return output;
  }

  #rmsNorm(x: string): string {
    const power = this.#op("Pow", [x, this.#float(2)]);
    const mean = this.#op("ReduceMean", [power, this.#ints([-1])], [intAttribute("keepdims", 1)]);
    const root = this.#op("Sqrt", [this.#op("Add", [mean, this.#float(1e-3)])]);
    return this.#op("Mul", [this.#weight([hidden], 1), this.#op("Mul", [x, this.#op("Div", [this.#float(1), root])])]);
  }

  #linear(x: string, from: number, to: number): string {
    return this.#op("MatMul", [x, this.#weight([from, to], from ** -0.5)]);
  }

  #dim(t: string, axis: number): string {
    return this.#op("Gather", [this.#op("Shape", [t]), this.#int(axis)], [intAttribute("axis", 0)]);
  }

  #cast(t: string, to: number): string {
    return this.#op("Cast", [t], [intAttribute("to", to)]);
  }

  #perm(order: readonly number[]): NodeProto["attribute"][number] {
    return create(AttributeProtoSchema, {
      name: "perm",
      type: AttributeProto_AttributeType.INTS,
      ints: order.map(BigInt),
    });
  }

  #int(value: number): string {
    return this.#constant([], [value], elementType.i64);
  }

  #ints(values: readonly number[]): string {
    return this.#constant([values.length], values, elementType.i64);
  }

  #float(value: number): string {
    return this.#constant([], [value], this.#elem);
  }

  #constant(dims: readonly number[], values: readonly number[], dataType: number): string {
    const t = tensor("", dims, values, dataType);
    return this.#op(
      "Constant",
      [],
      [create(AttributeProtoSchema, { name: "value", type: AttributeProto_AttributeType.TENSOR, t })],
    );
  }

  #weight(dims: readonly number[], scale: number): string {
    const name = `w${this.#initializers.length}`;
    const values = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => scale * this.#random());
    this.#initializers.push(tensor(name, dims, values, this.#elem));
    return name;
  }

  /** Between -1 and 1; a small generator, so that every run builds the same model. */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 31 - 1;
  }
}

function tensor(name: string, dims: readonly number[], values: readonly number[], dataType: number): TensorProto {
  const raw =
    dataType === elementType.i64
      ? BigInt64Array.from(values.map(BigInt))
      : dataType === elementType.f32
        ? Float32Array.from(values)
        : Uint16Array.from(values, toHalf);
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData: new Uint8Array(raw.buffer) });
}

/** Truncating is near enough for random weights; values are well inside the half range. */
function toHalf(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  if (exponent <= 0) return (bits >>> 16) & 0x8000;
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}
