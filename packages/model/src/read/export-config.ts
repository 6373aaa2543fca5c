import * as v from "valibot";
import { GraphError } from "../shard/graph-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { readWhole } from "./export-files.ts";

/** What an export's JSON files and card say that the graph does not. */
export interface ExportConfig {
  readonly hiddenSize: number | null;
  readonly layerCount: number | null;
  readonly vocabSize: number | null;
  readonly maxPositions: number | null;
  readonly kvHeads: number | null;
  readonly headDim: number | null;
  readonly stopTokens: readonly number[];
  readonly licence: string | null;
}

const count = v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const tokens = v.nullish(v.union([v.pipe(v.number(), v.integer()), v.array(v.pipe(v.number(), v.integer()))]));
const coreEntries = {
  hidden_size: count,
  num_hidden_layers: count,
  vocab_size: count,
  max_position_embeddings: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count,
  eos_token_id: tokens,
};
const configSchema = v.object({ ...coreEntries, text_config: v.optional(v.object(coreEntries)) });
const generationSchema = v.object({ eos_token_id: tokens });

/** Reads `config.json` (required), `generation_config.json` and the front matter of `README.md` (where present). */
export async function readExportConfig(source: ByteSource, signal?: AbortSignal): Promise<ExportConfig> {
  const whole = parse(configSchema, "config.json", await readWhole(source, "config.json", signal));
  if (whole === null)
    throw new GraphError("config", `${source.label} has no config.json, which says how large the model is.`);
  const config = whole.text_config ?? whole;
  const generation = parse(
    generationSchema,
    "generation_config.json",
    await readWhole(source, "generation_config.json", signal),
  );
  const card = await readWhole(source, "README.md", signal);
  const heads = config.num_attention_heads ?? null;
  const stop = [generation?.eos_token_id, config.eos_token_id, whole.eos_token_id].flatMap((ids) => ids ?? []);
  return {
    hiddenSize: config.hidden_size ?? null,
    layerCount: config.num_hidden_layers ?? null,
    vocabSize: config.vocab_size ?? null,
    maxPositions: config.max_position_embeddings ?? null,
    kvHeads: config.num_key_value_heads ?? heads,
    headDim: config.head_dim ?? (heads === null || config.hidden_size == null ? null : config.hidden_size / heads),
    stopTokens: [...new Set(stop)].sort((a, b) => a - b),
    licence: card === null ? null : licenceOf(new TextDecoder().decode(card)),
  };
}

function parse<S extends v.GenericSchema>(schema: S, path: string, bytes: Uint8Array | null): v.InferOutput<S> | null {
  if (bytes === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new GraphError("config", `${path} is not JSON; download it again.`, { cause });
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw new GraphError(
    "config",
    `${path}: field "${v.getDotPath(parsed.issues[0]) ?? ""}" is wrong: ${parsed.issues[0].message}`,
  );
}

/** `license:` of a model card's front matter, or `license_name:` when that says only "other". */
function licenceOf(card: string): string | null {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? "";
  const entry = (key: string): string | null =>
    new RegExp(`^${key}:[ \\t]*["']?([^"'\\r\\n#]+)`, "m").exec(front)?.[1]?.trim() ?? null;
  const licence = entry("license");
  return licence === "other" ? (entry("license_name") ?? licence) : licence;
}
