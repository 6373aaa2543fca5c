import type { Donate, LayerRange } from "@potluck/protocol";
import type { SegmentNode } from "../tree/segment-tree.ts";
import type { SwarmModel } from "../tree/swarm-model.ts";
import { needBytes } from "./need.ts";
import type { PlaceModel } from "./place.ts";

/** A node that a joining tab might hold, with all that the choice weighs. */
export interface Candidate {
  readonly model: SwarmModel;
  readonly node: SegmentNode;
  /** Cover of the weakest layer that any candidate of this tab reaches. */
  readonly weakest: number;
  /** How much of the weakest cover it lifts: 1 for the whole model, 1/2 for a half of it, … */
  readonly lift: number;
  /** Bytes of its weights that the tab has already. */
  readonly cachedBytes: number;
  /** Other donors whose budgets it would fit. */
  readonly rivals: number;
  /** Depth of the largest equally weak node around it; deep means that it fills a small gap. */
  readonly gapDepth: number;
}

type Offer = Pick<Donate, "budgetBytes" | "cached">;

/** The largest nodes that fit the budget and reach a weakest layer. Empty when nothing fits. */
export function candidatesFor(place: PlaceModel, offer: Offer): readonly Candidate[] {
  const { model, cover } = place;
  const fits: { node: SegmentNode; above: readonly SegmentNode[] }[] = [];
  const descend = (node: SegmentNode, above: readonly SegmentNode[]): void => {
    if (needBytes(model, node) <= offer.budgetBytes) fits.push({ node, above });
    else for (const half of node.halves ?? []) descend(half, [node, ...above]);
  };
  descend(model.tree, []);

  const weakest = Math.min(...fits.map(({ node }) => Math.min(...cover.slice(node.from, node.to))));
  const isWeak = (node: SegmentNode) => cover.slice(node.from, node.to).every((tabs) => tabs === weakest);
  const candidates: Candidate[] = [];
  for (const { node, above } of fits) {
    const lift = weakShare(node, cover, weakest) / 2 ** node.depth;
    if (lift === 0) continue;
    let gap = node;
    for (const ancestor of above) {
      if (!isWeak(ancestor)) break;
      gap = ancestor;
    }
    candidates.push({
      model,
      node,
      weakest,
      lift,
      cachedBytes: cachedBytes(model, node, offer.cached),
      rivals: place.budgetsBytes.filter((bytes) => bytes >= needBytes(model, node)).length,
      gapDepth: gap.depth,
    });
  }
  return candidates;
}

/** Share of the node that is at the weakest cover, counting each half as half whatever its layers. */
function weakShare(node: SegmentNode, cover: readonly number[], weakest: number): number {
  if (node.halves === null) return cover[node.from] === weakest ? 1 : 0;
  return (weakShare(node.halves[0], cover, weakest) + weakShare(node.halves[1], cover, weakest)) / 2;
}

/** All of the node's bytes when every layer of it is cached; else the sum over the layers that are. */
function cachedBytes(model: SwarmModel, node: SegmentNode, cached: Donate["cached"]): number {
  const mine: readonly LayerRange[] = cached.filter((segment) => segment.modelId === model.id);
  let bytes = 0;
  let layers = 0;
  for (let layer = node.from; layer < node.to; layer++) {
    if (!mine.some((range) => range.from <= layer && layer < range.to)) continue;
    bytes += model.layers[layer]?.weightBytes ?? 0;
    layers += 1;
  }
  return layers === node.to - node.from ? node.weightBytes : Math.min(bytes, node.weightBytes);
}
