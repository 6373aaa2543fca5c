import type { Donate } from "@potluck/protocol";
import { bestCandidate } from "./best-candidate.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import type { PlaceModel } from "./place.ts";

type Offer = Pick<Donate, "budgetBytes" | "cached" | "avoid">;

/** Of a model's layers a guest holds at most this share, where the model can be cut so. */
const guestShare = 0.25;

/**
 * What a guest should hold of one model: it leaves within minutes, and loads its weights once a site. So it doubles what is
 * lightest where every layer is held, and fills a gap by little where some are missing. Undefined when nothing fits.
 */
export function smallCandidate(place: PlaceModel, offer: Offer): Candidate | undefined {
  const candidates = candidatesFor(place, offer);
  const most = place.model.layers.length * guestShare;
  return (
    lightest(candidates.filter(({ doubles }) => doubles)) ??
    bestCandidate(candidates.filter(({ node }) => node.to - node.from <= most)) ??
    lightest(candidates)
  );
}

/** By what is still to load, then by its whole weight. */
function lightest(candidates: readonly Candidate[]): Candidate | undefined {
  const toLoad = ({ node, cachedBytes }: Candidate): number => node.weightBytes - cachedBytes;
  return candidates.toSorted(
    (a, b) => toLoad(a) - toLoad(b) || a.node.weightBytes - b.node.weightBytes || a.node.from - b.node.from,
  )[0];
}
