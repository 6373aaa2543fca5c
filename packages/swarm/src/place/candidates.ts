import type { Donate, LayerRange, Segment } from "@potluck/protocol";
import { nestedOrApart, sameRange, type SegmentCost } from "../segment/layer-cost.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { needBytes } from "./need.ts";
import type { PlaceModel } from "./place.ts";

/** A segment that a joining tab might hold, with all that the choice weighs. */
export interface Candidate {
  readonly model: SwarmModel;
  readonly node: SegmentCost;
  /** Cover of the weakest layer that any candidate of this tab reaches. */
  readonly weakest: number;
  /** Bytes of layers that it lifts from the weakest cover. */
  readonly liftBytes: number;
  /** Those of them that nobody holds, no guest either. */
  readonly missingBytes: number;
  /** Bytes of its weights that the tab has already. */
  readonly cachedBytes: number;
  /** Gaps that remain around the weakest layers it covers: 0 fills one, 1 leaves a smaller one, 2 tears one apart. */
  readonly gapsLeft: number;
  /** All layers are held, and somebody holds exactly this range: each can stand by for the other. */
  readonly doubles: boolean;
}

type Offer = Pick<Donate, "budgetBytes" | "cached" | "avoid">;

/**
 * Every segment that fits the budget, overlaps no held one in part and none to avoid at all, and reaches a weakest layer.
 * Empty when nothing fits.
 *
 * Because held segments are nested or apart, the largest ones of any set that covers all layers tile them exactly.
 */
export function candidatesFor(place: Omit<PlaceModel, "waiting">, offer: Offer): readonly Candidate[] {
  const { model, cover, guests } = place;
  const held = distinct(place.held);
  const fits = model.segments.filter(
    (segment) =>
      needBytes(model, segment) <= offer.budgetBytes &&
      held.every((other) => nestedOrApart(segment, other)) &&
      !overlapsAny({ modelId: model.id, ...segment }, offer.avoid),
  );
  let weakest = Infinity;
  for (const { from, to } of fits) {
    for (let layer = from; layer < to; layer++) weakest = Math.min(weakest, cover[layer] ?? 0);
  }
  const isWeak = (layer: number): boolean => cover[layer] === weakest;
  const candidates: Candidate[] = [];
  for (const node of fits) {
    let liftBytes = 0;
    let missingBytes = 0;
    let first = -1;
    let last = -1;
    for (let layer = node.from; layer < node.to; layer++) {
      if (!isWeak(layer)) continue;
      // One byte more, so that layers count even where weights were told as nothing.
      const bytes = (model.layers[layer]?.weightBytes ?? 0) + 1;
      liftBytes += bytes;
      if (weakest === 0 && (guests[layer] ?? 0) === 0) missingBytes += bytes;
      if (first === -1) first = layer;
      last = layer;
    }
    if (first === -1) continue;
    const gapsLeft =
      Number(first === node.from && isWeak(first - 1)) + Number(last === node.to - 1 && isWeak(last + 1));
    const doubles = weakest > 0 && held.some((other) => sameRange(other, node));
    const ownBytes = cachedBytes(model, node, offer.cached);
    candidates.push({ model, node, weakest, liftBytes, missingBytes, gapsLeft, doubles, cachedBytes: ownBytes });
  }
  return candidates;
}

/** SW28. */
export function overlapsAny(segment: Segment, others: readonly Segment[]): boolean {
  return others.some(({ modelId, from, to }) => modelId === segment.modelId && from < segment.to && segment.from < to);
}

function distinct(ranges: readonly LayerRange[]): readonly LayerRange[] {
  return [...new Map(ranges.map((range) => [`${range.from} ${range.to}`, range])).values()];
}

/** All of the segment's bytes when every layer of it is cached; else the sum over the layers that are. */
function cachedBytes(model: SwarmModel, node: SegmentCost, cached: Donate["cached"]): number {
  const mine: readonly LayerRange[] = cached.filter((segment) => segment.modelId === model.id);
  if (mine.length === 0) return 0;
  let bytes = 0;
  let layers = 0;
  for (let layer = node.from; layer < node.to; layer++) {
    if (!mine.some((range) => range.from <= layer && layer < range.to)) continue;
    bytes += model.layers[layer]?.weightBytes ?? 0;
    layers += 1;
  }
  return layers === node.to - node.from ? node.weightBytes : Math.min(bytes, node.weightBytes);
}
