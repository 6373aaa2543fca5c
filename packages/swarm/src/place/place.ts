import { type Donate, type LayerRange, type Refusal, refuse } from "@potluck/protocol";
import { nestedOrApart, type SegmentCost } from "../segment/layer-cost.ts";
import type { DraftModel, SwarmModel } from "../segment/swarm-model.ts";
import { bestCandidate } from "./best-candidate.ts";
import { candidatesFor, type Candidate, overlapsAny } from "./candidates.ts";
import { kvTokensWithin, needBytes, smallestBudgetBytes, withDraft } from "./need.ts";
import { roomForDraft } from "./room-for-draft.ts";
import { smallCandidate } from "./small-candidate.ts";

/** A model as placement sees it. */
export interface PlaceModel {
  readonly model: SwarmModel;
  /** The swarm's own tabs that hold each layer, those still loading it included: three that join at once must not take the same. */
  readonly cover: readonly number[];
  /** As `cover`, of guests. */
  readonly guests: readonly number[];
  /** Segments of all other donors, those still loading and those away for a moment included. */
  readonly held: readonly LayerRange[];
  /** Requests that wait for this model. */
  readonly waiting: number;
}

/** What a donor holds from now on. */
export interface Placement {
  readonly status: "placed";
  readonly model: SwarmModel;
  readonly node: SegmentCost;
  readonly kvTokens: number;
  /** Bytes of weights to load, the draft's included, less what is cached. */
  readonly loadBytes: number;
  /** To be loaded beside the segment. */
  readonly draft: DraftModel | null;
}

type Offer = Pick<Donate, "models" | "budgetBytes" | "f16" | "cached" | "holding" | "avoid">;

/**
 * The segment that a joining tab should hold: one that lifts the model's weakest cover about as much as any that fits its
 * budget. Nobody else moves. A tab that holds one already, and comes back, keeps it. Guests will be gone soon, so what only
 * they hold counts as held by nobody, but after what truly is; a guest itself gets little (SW34).
 *
 * Among those it takes what is cached, then, once all layers are held, what can stand by for somebody, then what leaves the fewest gaps, so that what is missing stays in one piece for
 * whoever comes next; then the heaviest, for the fewest hops.
 */
export function place(offer: Offer, models: readonly PlaceModel[], isGuest = false): Placement | Refusal {
  const accepted = models.filter((m) => offer.models.length === 0 || offer.models.includes(m.model.id));
  if (accepted.length === 0) {
    return refuse("unknown-model", `No accepted model is served here; there is ${names(models) || "none"}.`);
  }
  const runnable = accepted.filter((m) => m.model.activation === "f32" || offer.f16);
  if (runnable.length === 0) {
    return refuse(
      "unknown-model",
      `This device does not compute in 16-bit floats, which ${names(accepted)} needs, so it can't help here.`,
    );
  }
  const kept = runnable.map((m) => keep(offer, m, isGuest)).find((placement) => placement !== null);
  if (kept !== undefined) return kept;
  let best: Choice | null = null;
  for (const place of runnable) {
    const candidate = isGuest ? smallCandidate(withGuests(place), offer) : fullCandidate(place, offer);
    if (candidate === undefined) continue;
    const { waiting } = place;
    if (best === null || compareModels({ candidate, waiting }, best) < 0) best = { candidate, waiting };
  }
  if (best === null) {
    if (runnable.some((m) => candidatesFor(m, { ...offer, avoid: [] }).length > 0)) {
      return refuse("held-beside", "Other tabs of this browser hold every layer that this one could take.");
    }
    const least = Math.min(...runnable.map((m) => smallestBudgetBytes(m.model)));
    return refuse("budget-too-small", `The memory budget is too small. Give at least ${megabytes(least)} MB.`);
  }
  const { model, node, cachedBytes } = best.candidate;
  return placed(model, node, offer, cachedBytes, isGuest);
}

function fullCandidate(place: PlaceModel, offer: Offer): Candidate | undefined {
  const candidates = candidatesFor(place, offer);
  const fullest = bestCandidate(candidates);
  return fullest === undefined ? undefined : roomForDraft(place, offer, candidates, fullest);
}

/** As a guest sees it: other guests stay as long as it does. */
function withGuests(place: PlaceModel): PlaceModel {
  const cover = place.cover.map((tabs, layer) => tabs + (place.guests[layer] ?? 0));
  return { ...place, cover, guests: place.guests.map(() => 0) };
}

/** What the tab holds already, when it still fits the budget and the others' segments. */
function keep(offer: Offer, { model, held }: PlaceModel, isGuest: boolean): Placement | null {
  const { holding, budgetBytes } = offer;
  if (holding === null || holding.modelId !== model.id) return null;
  const node = model.segments.find(({ from, to }) => from === holding.from && to === holding.to);
  if (node === undefined || needBytes(model, node) > budgetBytes) return null;
  if (overlapsAny(holding, offer.avoid)) return null;
  return held.every((other) => nestedOrApart(node, other))
    ? placed(model, node, offer, node.weightBytes, isGuest)
    : null;
}

function placed(model: SwarmModel, node: SegmentCost, offer: Offer, cachedBytes: number, isGuest: boolean): Placement {
  const both = isGuest ? null : withDraft(model, node, offer);
  const kvTokens = kvTokensWithin(model, both ?? node, offer.budgetBytes);
  const draft = both === null ? null : model.draft;
  const hasDraft = draft === null || offer.cached.some((one) => one.modelId === draft.id);
  const loadBytes = Math.max(0, node.weightBytes - cachedBytes) + (hasDraft ? 0 : draft.weightBytes);
  return { status: "placed", model, node, kvTokens, loadBytes, draft };
}

interface Choice {
  readonly candidate: Candidate;
  readonly waiting: number;
}

/** Below 0 when `a`'s model needs the tab more. */
function compareModels(a: Choice, b: Choice): number {
  return (
    a.candidate.weakest - b.candidate.weakest ||
    Number(b.candidate.missingBytes > 0) - Number(a.candidate.missingBytes > 0) ||
    b.waiting - a.waiting ||
    b.candidate.cachedBytes - a.candidate.cachedBytes
  );
}

function names(models: readonly PlaceModel[]): string {
  return models.map((m) => m.model.id).join(", ");
}

/** Rounded up, so that giving exactly what the sentence says is enough. */
function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
