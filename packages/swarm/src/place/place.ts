import { type Donate, type Refusal, refuse } from "@potluck/protocol";
import type { SegmentNode } from "../tree/segment-tree.ts";
import type { SwarmModel } from "../tree/swarm-model.ts";
import { candidatesFor, type Candidate } from "./candidates.ts";
import { kvTokensWithin, smallestBudgetBytes } from "./need.ts";

/** A model as placement sees it. */
export interface PlaceModel {
  readonly model: SwarmModel;
  /** Tabs that hold each layer, those still loading it included: three that join at once must not take the same. */
  readonly cover: readonly number[];
  /** Budgets of the other donors of this model, in bytes. */
  readonly budgetsBytes: readonly number[];
  /** Requests that wait for this model. */
  readonly waiting: number;
}

/** What a donor holds from now on. */
export interface Placement {
  readonly status: "placed";
  readonly model: SwarmModel;
  readonly node: SegmentNode;
  readonly kvTokens: number;
  /** Bytes of weights to load, less what is cached. */
  readonly loadBytes: number;
}

type Offer = Pick<Donate, "models" | "budgetBytes" | "f16" | "cached">;

/**
 * The segment that a joining tab should hold: of the largest nodes that fit its budget, the one that lifts the model's
 * weakest cover most. Nobody else moves.
 *
 * Among equals it takes what is cached; then a node too heavy for the donors that are there, as they can't help with it;
 * then one whose sibling is taken, which keeps large gaps whole for a larger tab; then the heaviest.
 */
export function place(offer: Offer, models: readonly PlaceModel[]): Placement | Refusal {
  const accepted = models.filter((m) => offer.models.length === 0 || offer.models.includes(m.model.id));
  if (accepted.length === 0) {
    return refuse("unknown-model", `No accepted model is served here; there is ${names(models) || "none"}.`);
  }
  const runnable = accepted.filter((m) => m.model.activation === "f32" || offer.f16);
  if (runnable.length === 0) {
    return refuse(
      "unknown-model",
      `This device does not compute in f16, which ${names(accepted)} needs. Accept a model with f32 activations (q4).`,
    );
  }
  let best: Choice | null = null;
  for (const place of runnable) {
    const candidate = candidatesFor(place, offer).toSorted(compareNodes)[0];
    const { waiting } = place;
    if (candidate === undefined) continue;
    if (best === null || compareModels({ candidate, waiting }, best) < 0) best = { candidate, waiting };
  }
  if (best === null) {
    const least = Math.min(...runnable.map((m) => smallestBudgetBytes(m.model)));
    return refuse("budget-too-small", `The memory budget is too small. Give at least ${megabytes(least)} MB.`);
  }
  const { model, node, cachedBytes } = best.candidate;
  return {
    status: "placed",
    model,
    node,
    kvTokens: kvTokensWithin(model, node, offer.budgetBytes),
    loadBytes: Math.max(0, node.weightBytes - cachedBytes),
  };
}

interface Choice {
  readonly candidate: Candidate;
  readonly waiting: number;
}

/** Below 0 when `a` is the better node of one model. The order of the lines is the order of importance. */
function compareNodes(a: Candidate, b: Candidate): number {
  return (
    b.lift - a.lift ||
    b.cachedBytes - a.cachedBytes ||
    a.rivals - b.rivals ||
    b.gapDepth - a.gapDepth ||
    b.node.weightBytes - a.node.weightBytes ||
    a.node.from - b.node.from
  );
}

/** Below 0 when `a`'s model needs the tab more. */
function compareModels(a: Choice, b: Choice): number {
  return (
    a.candidate.weakest - b.candidate.weakest ||
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
