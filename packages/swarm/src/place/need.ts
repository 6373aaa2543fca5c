import type { SegmentCost } from "../segment/layer-cost.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";

/** A segment is worth holding only if the budget leaves room for this many tokens of KV beside the weights: some short chats, or a long one. */
export const minContextTokens = 1000;
/** KV counted at most for this many full-length chats: nobody's swarm asks one tab for more. */
export const maxFullContexts = 64;

/** Smallest budget, in bytes, with which a tab can hold the segment: its weights and the least KV. */
export function needBytes(model: SwarmModel, segment: SegmentCost): number {
  return segment.weightBytes + segment.kvBytesPerToken * Math.min(minContextTokens, model.maxPositions);
}

/** Smallest budget, in bytes, that helps the model at all. */
export function smallestBudgetBytes(model: SwarmModel): number {
  return Math.min(...model.segments.filter(({ from, to }) => to - from === 1).map((s) => needBytes(model, s)));
}

/** KV positions, over all sessions, that fit in the budget beside the segment's weights. */
export function kvTokensWithin(model: SwarmModel, segment: SegmentCost, budgetBytes: number): number {
  const cap = maxFullContexts * model.maxPositions;
  if (segment.kvBytesPerToken === 0) return cap;
  return Math.max(0, Math.min(cap, Math.floor((budgetBytes - segment.weightBytes) / segment.kvBytesPerToken)));
}
