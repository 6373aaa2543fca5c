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

/**
 * A tab gives up at most this share of its KV for a draft. A quarter would keep the demo model's draft out of every half: its
 * KV alone is a quarter of the half's.
 */
const draftShare = 0.5;

/**
 * The segment with the model's draft beside it, as one cost, when the tab should load that too: it has the first layers, the
 * device computes what the draft needs, and what remains of the budget still is the least KV and half of what the most
 * first layers that fit would have (SW25). Null otherwise. Who holds what does not matter, so a tab that comes back with
 * its segment gets the same.
 *
 * It is not half of what this segment would have alone: few layers in a large budget have more KV than the rest of any
 * route could match.
 */
export function withDraft(
  model: SwarmModel,
  segment: SegmentCost,
  { budgetBytes, f16 }: { readonly budgetBytes: number; readonly f16: boolean },
): SegmentCost | null {
  const { draft } = model;
  if (draft === null || segment.from !== 0 || (draft.activation === "f16" && !f16)) return null;
  const both = {
    ...segment,
    weightBytes: segment.weightBytes + draft.weightBytes,
    kvBytesPerToken: segment.kvBytesPerToken + draft.kvBytesPerToken,
  };
  if (needBytes(model, both) > budgetBytes) return null;
  const fullest = model.segments.findLast((other) => other.from === 0 && needBytes(model, other) <= budgetBytes);
  const filled = kvTokensWithin(model, fullest ?? segment, budgetBytes);
  return kvTokensWithin(model, both, budgetBytes) >= filled * (1 - draftShare) ? both : null;
}

/** KV positions, over all sessions, that fit in the budget beside the segment's weights. */
export function kvTokensWithin(model: SwarmModel, segment: SegmentCost, budgetBytes: number): number {
  const cap = maxFullContexts * model.maxPositions;
  if (segment.kvBytesPerToken === 0) return cap;
  return Math.max(0, Math.min(cap, Math.floor((budgetBytes - segment.weightBytes) / segment.kvBytesPerToken)));
}
