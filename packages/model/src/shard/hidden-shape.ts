import type { GraphIndex } from "./graph-index.ts";
import type { GraphIo } from "./graph-io.ts";
import type { CutTensors } from "./slice-graph.ts";

/** Operators that give their first input's shape back. */
const keepsShape: ReadonlySet<string> = new Set([
  "Cast",
  "Identity",
  "Dropout",
  "SimplifiedLayerNormalization",
  "SkipSimplifiedLayerNormalization",
  "SkipLayerNormalization",
  "LayerNormalization",
  "RMSNormalization",
  "Sqrt",
  "Neg",
]);

/**
 * Whether a tensor is known to have the shape of the hidden states (`hidden`) or of the token ids (`tokens`), because
 * it is one of them or comes from one through operators that keep shapes; else null.
 */
export function findHiddenShape(
  index: GraphIndex,
  io: GraphIo,
  earlierCuts: readonly CutTensors[],
  tensor: string,
): "hidden" | "tokens" | null {
  const hidden = new Set<string>(earlierCuts.flat());
  for (let name: string | undefined = tensor; name !== undefined;) {
    if (hidden.has(name)) return "hidden";
    if (name === io.inputIds) return "tokens";
    const at = index.producer.get(name);
    const n = at === undefined ? undefined : index.nodes[at];
    name = n !== undefined && keepsShape.has(n.opType) ? n.input[0] : undefined;
  }
  return null;
}
