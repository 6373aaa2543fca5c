import { nodesOf, type SegmentNode } from "../tree/segment-tree.ts";
import type { SwarmModel } from "../tree/swarm-model.ts";

/** A segment is worth holding only if the budget leaves room for one chat of this many tokens beside the weights. */
export const minContextTokens = 512;
/** KV counted at most for this many full-length chats: nobody's swarm asks one tab for more. */
export const maxFullContexts = 64;

/** Smallest budget, in bytes, with which a tab can hold the node: its weights and the KV of one short chat. */
export function needBytes(model: SwarmModel, node: SegmentNode): number {
  return node.weightBytes + node.kvBytesPerToken * Math.min(minContextTokens, model.maxPositions);
}

/** Smallest budget, in bytes, that helps the model at all. */
export function smallestBudgetBytes(model: SwarmModel): number {
  let least = Infinity;
  for (const node of nodesOf(model.tree)) least = Math.min(least, needBytes(model, node));
  return least;
}

/** KV positions, over all sessions, that fit in the budget beside the node's weights. */
export function kvTokensWithin(model: SwarmModel, node: SegmentNode, budgetBytes: number): number {
  const cap = maxFullContexts * model.maxPositions;
  if (node.kvBytesPerToken === 0) return cap;
  return Math.max(0, Math.min(cap, Math.floor((budgetBytes - node.weightBytes) / node.kvBytesPerToken)));
}
