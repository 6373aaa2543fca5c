import type { LayerRange } from "@potluck/protocol";

/** What one layer costs a tab. Layer 0 includes the embedding, the last one the final norm and the head. */
export interface LayerCost {
  readonly weightBytes: number;
  /** KV cache of one position, in bytes. */
  readonly kvBytesPerToken: number;
}

/** A range of layers that a tab may hold. Two nodes of one tree are nested or apart, never partly overlapping. */
export interface SegmentNode extends LayerRange, LayerCost {
  /** 0 for the whole model, 1 for its halves, … */
  readonly depth: number;
  /** Null for a single layer. */
  readonly halves: readonly [SegmentNode, SegmentNode] | null;
}

/**
 * The whole model, its halves by weight, their halves, … down to single layers. Any set of nodes that covers every layer
 * contains an exact tiling.
 *
 * @param weightBytes bytes of a range, where that is not the sum over its layers (tied embeddings are loaded once).
 * @throws RangeError when there is no layer.
 */
export function segmentTree(
  layers: readonly LayerCost[],
  weightBytes: (range: LayerRange) => number = (range) => sum(layers, range, "weightBytes"),
): SegmentNode {
  if (layers.length === 0) throw new RangeError("a model without layers has no segment tree");
  const grow = (from: number, to: number, depth: number): SegmentNode => {
    const at = to - from > 1 ? middleByWeight(layers, from, to) : null;
    return {
      from,
      to,
      depth,
      weightBytes: weightBytes({ from, to }),
      kvBytesPerToken: sum(layers, { from, to }, "kvBytesPerToken"),
      halves: at === null ? null : [grow(from, at, depth + 1), grow(at, to, depth + 1)],
    };
  };
  return grow(0, layers.length, 0);
}

/** Every node of the tree, parents before their halves. */
export function* nodesOf(node: SegmentNode): Generator<SegmentNode, void, void> {
  yield node;
  if (node.halves === null) return;
  yield* nodesOf(node.halves[0]);
  yield* nodesOf(node.halves[1]);
}

/** The cut that leaves the two sides closest in weight; among equals the one nearest to the middle layer. */
function middleByWeight(layers: readonly LayerCost[], from: number, to: number): number {
  const total = sum(layers, { from, to }, "weightBytes");
  let best = { at: from + 1, gap: Infinity, off: Infinity };
  let left = 0;
  for (let at = from + 1; at < to; at++) {
    left += layers[at - 1]?.weightBytes ?? 0;
    const gap = Math.abs(total - 2 * left);
    const off = Math.abs(at - (from + to) / 2);
    if (gap < best.gap || (gap === best.gap && off < best.off)) best = { at, gap, off };
  }
  return best.at;
}

function sum(layers: readonly LayerCost[], range: LayerRange, what: keyof LayerCost): number {
  let total = 0;
  for (const layer of layers.slice(range.from, range.to)) total += layer[what];
  return total;
}
