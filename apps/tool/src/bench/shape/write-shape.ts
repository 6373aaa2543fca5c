import { externalTensor, makeModel } from "@potluck/model/write";
import { copyFile, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bytesOf } from "./bytes-of.ts";
import { type GraphWeight, llamaGraph } from "./llama-graph.ts";
import type { Shape } from "./shapes.ts";

/** Browsers hold no file of 2 GiB in one piece. */
const largestFileBytes = 1_900_000_000;
const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

export interface WriteShape {
  readonly shape: Shape;
  readonly dtype: "q4" | "q4f16";
  /** Made when it is not there. */
  readonly folder: string;
  /** Folder of a model whose tokenizer is used; its ids are a part of the shape's. */
  readonly tokenizerFrom: string;
}

/**
 * Writes an export with random weights in the layout of the hub's onnx-community: config, tokenizer, `onnx/model_<dtype>.onnx` and
 * its external data. Answers are nonsense; speed does not depend on that. Returns the number of data files.
 */
export async function writeShape({ shape, dtype, folder, tokenizerFrom }: WriteShape): Promise<number> {
  await mkdir(join(folder, "onnx"), { recursive: true });
  const graph = llamaGraph(shape, dtype === "q4f16" ? "f16" : "f32");
  const name = `model_${dtype}.onnx`;
  const files = spread(graph.weights);
  const initializers = [...graph.constants];
  for (const [i, weights] of files.entries()) {
    const file = `${name}_data${i === 0 ? "" : `_${i}`}`;
    const out = await open(join(folder, "onnx", file), "w");
    try {
      let at = 0;
      for (const weight of weights) {
        initializers.push(externalTensor(weight, file, at, weight.lengthBytes));
        for (const piece of bytesOf(weight, initializers.length)) await out.write(piece);
        at += weight.lengthBytes;
      }
    } finally {
      await out.close();
    }
  }
  await writeFile(join(folder, "onnx", name), makeModel({ ...graph, initializers }));
  await writeFile(join(folder, "config.json"), JSON.stringify(configOf(shape, dtype, files.length), null, 2));
  await writeFile(join(folder, "generation_config.json"), JSON.stringify({ eos_token_id: 2, do_sample: false }));
  for (const file of tokenizerFiles) await copyFile(join(tokenizerFrom, file), join(folder, file));
  return files.length;
}

/** Weights by file, in order. */
function spread(weights: readonly GraphWeight[]): readonly (readonly GraphWeight[])[] {
  const files: GraphWeight[][] = [[]];
  let bytes = 0;
  for (const weight of weights) {
    if (bytes + weight.lengthBytes > largestFileBytes) {
      files.push([]);
      bytes = 0;
    }
    files.at(-1)?.push(weight);
    bytes += weight.lengthBytes;
  }
  return files;
}

function configOf(shape: Shape, dtype: WriteShape["dtype"], dataFiles: number): object {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_act: "silu",
    hidden_size: shape.hidden,
    intermediate_size: shape.feedForward,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    vocab_size: shape.vocab,
    max_position_embeddings: shape.positions,
    rms_norm_eps: 1e-5,
    rope_theta: 500_000,
    eos_token_id: 2,
    bos_token_id: 0,
    use_cache: true,
    "transformers.js_config": {
      kv_cache_dtype: { q4f16: "float16" },
      use_external_data_format: { [`model_${dtype}.onnx`]: dataFiles },
    },
  };
}
