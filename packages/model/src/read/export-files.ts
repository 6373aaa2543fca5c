import type { TokenizerFile } from "../manifest/manifest.ts";
import { GraphError } from "../shard/graph-error.ts";
import type { ByteSource } from "./byte-source.ts";

/** The files that a tokenizer and a chat template come from, where an export has them. */
export const textFiles: readonly { readonly path: string; readonly role: TokenizerFile["role"] }[] = [
  { path: "tokenizer.json", role: "tokenizer" },
  { path: "tokenizer_config.json", role: "tokenizer-config" },
  { path: "special_tokens_map.json", role: "special-tokens-map" },
  { path: "generation_config.json", role: "generation-config" },
  { path: "config.json", role: "config" },
  { path: "chat_template.jinja", role: "chat-template" },
];

/** The graph file of a dtype: `onnx/model_q4.onnx`, or `onnx/model.onnx` for fp32; also without the folder. */
export async function findGraphFile(source: ByteSource, dtype: string, signal?: AbortSignal): Promise<string> {
  const names = dtype === "fp32" ? ["model.onnx", "model_fp32.onnx"] : [`model_${dtype}.onnx`];
  const paths = names.flatMap((name) => [`onnx/${name}`, name]);
  for (const path of paths) if ((await source.size(path, signal)) !== null) return path;
  throw new GraphError("config", `${source.label} has no ${dtype} export: none of ${paths.join(", ")} is there.`);
}

/** A whole small file, or null when there is none. */
export async function readWhole(source: ByteSource, path: string, signal?: AbortSignal): Promise<Uint8Array | null> {
  const sizeBytes = await source.size(path, signal);
  if (sizeBytes === null) return null;
  if (sizeBytes > 256 * 1024 * 1024)
    throw new GraphError("too-large", `${path} has ${sizeBytes} bytes, too many for a file that describes a model.`);
  return source.read(path, 0, sizeBytes, signal);
}
