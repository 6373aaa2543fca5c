import type { GraphIndex } from "./graph-index.ts";
import type { GraphIo } from "./graph-io.ts";
import type { Part } from "./part.ts";

/** Places of GroupQueryAttention's inputs: the last row's position of every sequence, and the longest sequence's length. */
const lastInput = 5;
const totalInput = 6;

/** Tensors of the graph that tell grouped attention how long the sequences are. */
export interface LengthTensors {
  readonly last: ReadonlySet<string>;
  readonly total: ReadonlySet<string>;
}

/**
 * The tensors by which all layers of a part learn the lengths, where each layer has grouped attention and they follow from
 * the mask alone and are for nothing else; else null. What such a tensor holds is then known from the operator's
 * definition, so it can be given instead of computed.
 */
export function findLengthTensors(index: GraphIndex, io: GraphIo, part: Part): LengthTensors | null {
  const { attentionMask } = io;
  const layers = io.kv.slice(part.from, part.to);
  if (attentionMask === null || layers.length === 0) return null;
  const last = new Set<string>();
  const total = new Set<string>();
  for (const { presentKey } of layers) {
    const attention = index.nodes[index.producer.get(presentKey) ?? -1];
    if (attention?.opType !== "GroupQueryAttention" || attention.domain !== "com.microsoft") return null;
    last.add(attention.input[lastInput] ?? "");
    total.add(attention.input[totalInput] ?? "");
  }
  const isLength = (name: string, input: number): boolean =>
    followsFromMask(index, name, attentionMask) && isForAttention(index, name, input);
  if (![...last].every((name) => isLength(name, lastInput))) return null;
  return [...total].every((name) => isLength(name, totalInput)) ? { last, total } : null;
}

function isForAttention(index: GraphIndex, name: string, input: number): boolean {
  return (index.consumers.get(name) ?? []).every((at) => {
    const user = index.nodes[at];
    return user?.opType === "GroupQueryAttention" && user.input.every((used, i) => used !== name || i === input);
  });
}

function followsFromMask(index: GraphIndex, name: string, mask: string): boolean {
  let hasMask = false;
  const stack = [name];
  const seen = new Set<string>();
  for (let of = stack.pop(); of !== undefined; of = stack.pop()) {
    if (of === "" || seen.has(of)) continue;
    seen.add(of);
    if (of === mask) hasMask = true;
    else if (index.inputs.has(of)) return false;
    const at = index.producer.get(of);
    if (at !== undefined) stack.push(...(index.nodes[at]?.input ?? []));
  }
  return hasMask && name !== mask;
}
