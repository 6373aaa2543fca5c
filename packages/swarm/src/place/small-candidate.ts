import { type Donate, type LayerRange, maxHops } from "@potluck/protocol";
import { bestCandidate } from "./best-candidate.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import type { PlaceModel } from "./place.ts";

type Offer = Pick<Donate, "budgetBytes" | "cached" | "avoid">;

/** Of a model's layers a guest holds at most this share, where the model can be cut so. */
const guestShare = 0.25;

/**
 * What a guest should hold of one model: it leaves within minutes, and loads its weights once a site. So it doubles what is
 * lightest where every layer is held, and fills a gap by little where some are missing. Undefined when nothing fits.
 *
 * Where many hold very little, what is held may be too many hops for a route. Doubles would leave it so.
 */
export function smallCandidate(place: PlaceModel, offer: Offer): Candidate | undefined {
  const candidates = candidatesFor(place, offer);
  const layerCount = place.model.layers.length;
  const doubles = candidates.filter((one) => one.doubles);
  if (doubles.length > 0 && fewestHops(layerCount, place.held) <= maxHops) return lightest(doubles);
  const small = candidates.filter(({ node }) => node.to - node.from <= layerCount * guestShare);
  return bestCandidate(small) ?? lightest(candidates);
}

/** Of any route over these ranges; Infinity while layers are missing. */
function fewestHops(layerCount: number, held: readonly LayerRange[]): number {
  const hops = [0, ...Array.from({ length: layerCount }, () => Infinity)];
  for (const { from, to } of held.toSorted((a, b) => a.from - b.from))
    hops[to] = Math.min(hops[to] ?? Infinity, (hops[from] ?? Infinity) + 1);
  return hops[layerCount] ?? Infinity;
}

/** By what is still to load, then by its whole weight. */
function lightest(candidates: readonly Candidate[]): Candidate | undefined {
  const toLoad = ({ node, cachedBytes }: Candidate): number => node.weightBytes - cachedBytes;
  return candidates.toSorted(
    (a, b) => toLoad(a) - toLoad(b) || a.node.weightBytes - b.node.weightBytes || a.node.from - b.node.from,
  )[0];
}
