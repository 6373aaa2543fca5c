import type { Donate, LayerRange } from "@potluck/protocol";
import { bestCandidate } from "./best-candidate.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { withDraft } from "./need.ts";
import type { PlaceModel } from "./place.ts";

type Offer = Pick<Donate, "budgetBytes" | "f16">;

/**
 * The candidate that the tab should take so that the model gets its draft: `best` itself, or the one with the most first
 * layers that leaves room for it, where tabs of this budget cover what is missing in no more steps. Those steps are played
 * through by the placement without drafts. One that takes drafts itself does at each of its steps as well as that or
 * better, so the number of equal tabs that a model needs never grows.
 */
export function roomForDraft(
  place: PlaceModel,
  offer: Offer,
  candidates: readonly Candidate[],
  best: Candidate,
): Candidate {
  const { model } = place;
  if (best.weakest > 0 || best.node.from > 0 || withDraft(model, best.node, offer) !== null) return best;
  const most = candidates
    .filter(({ node }) => withDraft(model, node, offer) !== null)
    .toSorted((a, b) => b.node.to - a.node.to)[0];
  if (most === undefined) return best;
  const without = tabsAfter(place, offer, best.node, Infinity);
  // Where this budget alone can't cover the model, nobody knows what more would have to come.
  if (without === Infinity) return best;
  return tabsAfter(place, offer, most.node, without) <= without ? most : best;
}

/**
 * How many more tabs of this budget it takes until every layer is held, once somebody holds `first`. Infinity when such
 * tabs never get there, or when it would be more than `limit`.
 */
function tabsAfter({ model, ...now }: PlaceModel, { budgetBytes }: Offer, first: LayerRange, limit: number): number {
  const { guests } = now;
  const cover = [...now.cover];
  const held = [...now.held];
  let node = first;
  for (let tabs = 0; tabs <= limit; tabs++) {
    held.push(node);
    for (let layer = node.from; layer < node.to; layer++) cover[layer] = (cover[layer] ?? 0) + 1;
    if (!cover.includes(0)) return tabs;
    const next = bestCandidate(candidatesFor({ model, cover, guests, held }, { budgetBytes, cached: [], avoid: [] }));
    if (next === undefined || next.weakest > 0) return Infinity;
    ({ node } = next);
  }
  return Infinity;
}
