import type { LayerRange } from "@potluck/protocol";

/** What one layer costs a tab. Layer 0 includes the embedding, the last one the final norm and the head. */
export interface LayerCost {
  readonly weightBytes: number;
  /** KV cache of one position, in bytes. */
  readonly kvBytesPerToken: number;
}

/** A range of layers, and what it costs a tab to hold it. */
export interface SegmentCost extends LayerRange, LayerCost {}

/** True when one range holds the other or they are apart; false when they overlap in part. */
export function nestedOrApart(a: LayerRange, b: LayerRange): boolean {
  if (a.to <= b.from || b.to <= a.from) return true;
  return (a.from <= b.from && b.to <= a.to) || (b.from <= a.from && a.to <= b.to);
}

/** Whether two ranges are the same layers. */
export function sameRange(a: LayerRange, b: LayerRange): boolean {
  return a.from === b.from && a.to === b.to;
}
