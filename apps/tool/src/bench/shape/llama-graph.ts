import {
  elementType,
  floatAttribute,
  int64Tensor,
  intAttribute,
  type ModelParts,
  node,
  valueInfo,
} from "@potluck/model/write";
import type { Shape } from "./shapes.ts";

/** What a weight's bytes look like; its values are random, its size is not. */
export type Fill =
  | { readonly kind: "nibbles" }
  | { readonly kind: "floats" | "positive"; readonly scale: number }
  | { readonly kind: "ones" }
  | { readonly kind: "rotary"; readonly of: "cos" | "sin" };

export interface GraphWeight {
  readonly name: string;
  readonly dataType: number;
  readonly dims: readonly bigint[];
  readonly lengthBytes: number;
  readonly fill: Fill;
}

export type GraphParts = Omit<ModelParts, "initializers"> & {
  readonly constants: ModelParts["initializers"];
  readonly weights: readonly GraphWeight[];
};

const blockSize = 32;
const epsilon = 1e-5;
type Nodes = ModelParts["nodes"][number][];

/**
 * A decoder as onnxruntime-genai's model builder writes it with 4-bit weights: MatMulNBits (block 32), GroupQueryAttention with
 * its own rotary embedding, SkipSimplifiedLayerNormalization; activations and cache in `dtype`, logits in f32.
 */
export function llamaGraph(shape: Shape, dtype: "f32" | "f16"): GraphParts {
  const { layers, hidden, heads, kvHeads, headDim, feedForward, vocab, positions } = shape;
  const elem = elementType[dtype];
  const bytes = dtype === "f32" ? 4 : 2;
  const nodes: Nodes = [];
  const weights: GraphWeight[] = [];
  const microsoft = { domain: "com.microsoft" } as const;

  const weight = (name: string, dims: readonly number[], fill: Fill): string => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const isNibbles = fill.kind === "nibbles";
    const lengthBytes = isNibbles ? count : count * bytes;
    const dataType = isNibbles ? elementType.u8 : elem;
    weights.push({ name, dataType, dims: dims.map(BigInt), lengthBytes, fill });
    return name;
  };
  const linear = (path: string, x: string, from: number, to: number, output = `/${path}/output_0`): string => {
    const blocks = from / blockSize;
    // A nibble less 8 has a spread of 4.6; rows keep their size.
    const scale = 1 / (4.6 * Math.sqrt(from));
    const packed = weight(`${path}.weight_Q4`, [to, blocks, blockSize / 2], { kind: "nibbles" });
    const scales = weight(`${path}.weight_scales`, [to, blocks], { kind: "positive", scale });
    const attributes = Object.entries({ K: from, N: to, bits: 4, block_size: blockSize }).map(([name, value]) =>
      intAttribute(name, value),
    );
    nodes.push(node("MatMulNBits", [x, packed, scales], [output], { name: `/${path}`, ...microsoft, attributes }));
    return output;
  };
  /** Adds `delta` to the stream and gives the norm of the sum, and the sum unless it is the last. */
  const skipNorm = (path: string, stream: string, delta: string, isLast = false): [string, string] => {
    const [normed, sum] = [`/${path}/output_0`, `/${path}/output_3`];
    const gain = weight(`${path}.weight`, [hidden], { kind: "ones" });
    nodes.push(
      node("SkipSimplifiedLayerNormalization", [stream, delta, gain], isLast ? [normed] : [normed, "", "", sum], {
        name: `/${path}`,
        ...microsoft,
        attributes: [floatAttribute("epsilon", epsilon)],
      }),
    );
    return [normed, sum];
  };

  const [last, total] = addLengths(nodes);
  const table = weight("model.embed_tokens.weight", [vocab, hidden], { kind: "floats", scale: 1 });
  let stream = "/model/embed_tokens/output_0";
  nodes.push(node("Gather", [table, "input_ids"], [stream], { name: "/model/embed_tokens" }));
  const cos = weight("cos_cache", [positions, headDim / 2], { kind: "rotary", of: "cos" });
  const sin = weight("sin_cache", [positions, headDim / 2], { kind: "rotary", of: "sin" });
  const first = weight("model.layers.0.input_layernorm.weight", [hidden], { kind: "ones" });
  let normed = "/model/layers.0/input_layernorm/output_0";
  nodes.push(
    node("SimplifiedLayerNormalization", [stream, first], [normed], {
      name: "/model/layers.0/input_layernorm",
      attributes: [intAttribute("axis", -1), floatAttribute("epsilon", epsilon), intAttribute("stash_type", 1)],
    }),
  );
  for (let i = 0; i < layers; i++) {
    const layer = `model.layers.${i}`;
    const qkv = linear(`${layer}.attn.qkv_proj`, normed, hidden, (heads + 2 * kvHeads) * headDim);
    const attended = `/${layer}/attn/output_0`;
    const past = [`past_key_values.${i}.key`, `past_key_values.${i}.value`];
    nodes.push(
      node(
        "GroupQueryAttention",
        [qkv, "", "", ...past, last, total, cos, sin],
        [attended, `present.${i}.key`, `present.${i}.value`],
        {
          name: `/${layer}/attn`,
          ...microsoft,
          attributes: [
            intAttribute("do_rotary", 1),
            intAttribute("kv_num_heads", kvHeads),
            intAttribute("num_heads", heads),
            intAttribute("local_window_size", -1),
            intAttribute("rotary_interleaved", 0),
            floatAttribute("scale", headDim ** -0.5),
          ],
        },
      ),
    );
    const mixed = linear(`${layer}.attn.o_proj`, attended, heads * headDim, hidden);
    [normed, stream] = skipNorm(`${layer}.post_attention_layernorm`, stream, mixed);
    const gate = linear(`${layer}.mlp.gate_proj`, normed, hidden, feedForward);
    const up = linear(`${layer}.mlp.up_proj`, normed, hidden, feedForward);
    const [sigmoid, act, product] = [`/${layer}/mlp/sigmoid`, `/${layer}/mlp/act`, `/${layer}/mlp/product`];
    nodes.push(
      node("Sigmoid", [gate], [sigmoid]),
      node("Mul", [gate, sigmoid], [act]),
      node("Mul", [act, up], [product]),
    );
    const out = linear(`${layer}.mlp.down_proj`, product, feedForward, hidden);
    const isLast = i === layers - 1;
    const next = isLast ? `model.layers.${layers}.final_norm_layernorm` : `model.layers.${i + 1}.input_layernorm`;
    [normed, stream] = skipNorm(next, stream, out, isLast);
  }
  if (dtype === "f32") linear("lm_head.MatMul", normed, hidden, vocab, "logits");
  else {
    const half = linear("lm_head.MatMul", normed, hidden, vocab);
    nodes.push(node("Cast", [half], ["logits"], { attributes: [intAttribute("to", elementType.f32)] }));
  }

  const caches = (prefix: string, length: string): ModelParts["inputs"] =>
    Array.from({ length: layers }, (_, i) =>
      ["key", "value"].map((side) =>
        valueInfo(`${prefix}.${i}.${side}`, elem, ["batch_size", kvHeads, length, headDim]),
      ),
    ).flat();
  return {
    nodes,
    weights,
    constants: [int64Tensor("one", [1]), int64Tensor("second", [1], [])],
    inputs: [
      valueInfo("input_ids", elementType.i64, ["batch_size", "sequence_length"]),
      valueInfo("attention_mask", elementType.i64, ["batch_size", "total_sequence_length"]),
      ...caches("past_key_values", "past_sequence_length"),
    ],
    outputs: [
      valueInfo("logits", elementType.f32, ["batch_size", "sequence_length", vocab]),
      ...caches("present", "total_sequence_length"),
    ],
  };
}

/** The two lengths that attention wants, from the mask: the last position, and how many there are. */
function addLengths(nodes: Nodes): [string, string] {
  const path = "/model/attn_mask_reformat";
  const i32 = (): ReturnType<typeof intAttribute>[] => [intAttribute("to", elementType.i32)];
  nodes.push(
    node("ReduceSum", ["attention_mask", "one"], [`${path}/sum`], { attributes: [intAttribute("keepdims", 0)] }),
    node("Sub", [`${path}/sum`, "one"], [`${path}/last_i64`]),
    node("Cast", [`${path}/last_i64`], [`${path}/last`], { attributes: i32() }),
    node("Shape", ["attention_mask"], [`${path}/shape`]),
    node("Gather", [`${path}/shape`, "second"], [`${path}/total_i64`], { attributes: [intAttribute("axis", 0)] }),
    node("Cast", [`${path}/total_i64`], [`${path}/total`], { attributes: i32() }),
  );
  return [`${path}/last`, `${path}/total`];
}
