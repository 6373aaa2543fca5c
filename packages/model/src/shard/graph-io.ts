import { elementType } from "./element-type.ts";
import { GraphError } from "./graph-error.ts";
import type { GraphIndex } from "./graph-index.ts";
import { tensorType } from "./onnx.ts";

/** The names of one layer's cache inputs and outputs. */
export interface KvNames {
  readonly pastKey: string;
  readonly pastValue: string;
  readonly presentKey: string;
  readonly presentValue: string;
}

/** What a decoder export takes and gives, by the public naming of its inputs and outputs. */
export interface GraphIo {
  readonly inputIds: string;
  readonly attentionMask: string | null;
  readonly positionIds: string | null;
  readonly logits: string;
  readonly kv: readonly KvNames[];
}

interface KvName {
  readonly layer: number;
  readonly side: "key" | "value";
}

/** `past_key_values.3.key`, `past_key_3`, `past_key_self_3`, `past_3_key`; the same with `present`. */
function kvName(name: string, end: "past" | "present"): KvName | null {
  if (!new RegExp(`^${end}(?![a-z])`, "i").test(name)) return null;
  const words = name.split(/[^a-zA-Z0-9]+/);
  const numbers = words.filter((w) => /^\d+$/.test(w));
  const sides = words.filter((w) => w === "key" || w === "value");
  const [number] = numbers;
  if (numbers.length !== 1 || number === undefined) return null;
  // `past_key_values.3.key` has "key", "values" and "key": the last word of the two kinds says which side it is.
  const side = sides.at(-1);
  if (side === undefined || new Set(sides.slice(words.includes("values") ? 1 : 0)).size > 1) return null;
  return { layer: Number(number), side: side === "key" ? "key" : "value" };
}

/** Finds the decoder's inputs and outputs. Throws `inputs` or `layers` naming the input that has no place or partner. */
export function readGraphIo(index: GraphIndex): GraphIo {
  const past = new Map<string, string>();
  const present = new Map<string, string>();
  let inputIds: string | null = null;
  let attentionMask: string | null = null;
  let positionIds: string | null = null;
  for (const [name, info] of index.inputs) {
    const kv = kvName(name, "past");
    const type = tensorType(info);
    if (kv !== null) {
      addOnce(past, `${kv.layer}.${kv.side}`, name);
    } else if (name === "input_ids" || name === "attention_mask" || name === "position_ids") {
      if (type?.elemType !== elementType.i64 || (type.dims !== null && type.dims.length !== 2)) {
        throw new GraphError(
          "inputs",
          `Input "${name}" is not an int64 tensor of two dimensions; this kind of model can't be run.`,
        );
      }
      if (name === "input_ids") inputIds = name;
      else if (name === "attention_mask") attentionMask = name;
      else positionIds = name;
    } else {
      throw new GraphError(
        "inputs",
        `Input "${name}" is none of input_ids, attention_mask, position_ids and a layer's past key or value. Only plain text decoders can be cut.`,
      );
    }
  }
  for (const name of index.outputs.keys()) {
    const kv = kvName(name, "present");
    if (kv !== null) addOnce(present, `${kv.layer}.${kv.side}`, name);
    else if (name !== "logits") {
      throw new GraphError(
        "inputs",
        `Output "${name}" is neither "logits" nor a layer's present key or value. Only plain text decoders can be cut.`,
      );
    }
  }
  if (inputIds === null)
    throw new GraphError("inputs", `The graph has no input "input_ids". Only text decoders can be cut.`);
  if (!index.outputs.has("logits")) throw new GraphError("inputs", `The graph has no output "logits".`);
  return { inputIds, attentionMask, positionIds, logits: "logits", kv: pair(past, present) };
}

function addOnce(map: Map<string, string>, key: string, name: string): void {
  const other = map.get(key);
  if (other !== undefined) throw new GraphError("layers", `"${other}" and "${name}" both name the same layer's cache.`);
  map.set(key, name);
}

function pair(past: ReadonlyMap<string, string>, present: ReadonlyMap<string, string>): KvNames[] {
  if (past.size === 0)
    throw new GraphError("layers", `The graph has no past key and value inputs: it is not a decoder with a cache.`);
  for (const [key, name] of [...past, ...present]) {
    if (!past.has(key) || !present.has(key)) {
      throw new GraphError(
        "layers",
        `"${name}" has no partner among the ${past.has(key) ? "outputs" : "inputs"}, so its layer can't be told.`,
      );
    }
  }
  const kv: KvNames[] = [];
  for (let layer = 0; layer < past.size / 2; layer++) {
    const names = [past, present].flatMap((side) => [side.get(`${layer}.key`), side.get(`${layer}.value`)]);
    const [pastKey, pastValue, presentKey, presentValue] = names;
    if (pastKey === undefined || pastValue === undefined || presentKey === undefined || presentValue === undefined) {
      throw new GraphError(
        "layers",
        `Layer ${layer} of ${Math.ceil(past.size / 2)} lacks a past key or value; the layers' numbers must follow each other from 0.`,
      );
    }
    kv.push({ pastKey, pastValue, presentKey, presentValue });
  }
  return kv;
}
