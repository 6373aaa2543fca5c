import { type Assigned, type Donate, type LayerRange, type ModelId, type Refusal, refuse } from "@potluck/protocol";
import { overlapsAny } from "../place/candidates.ts";
import { place } from "../place/place.ts";
import type { PlaceModel } from "../place/place.ts";
import { draftSegment } from "../segment/swarm-model.ts";
import type { SwarmCore } from "./core.ts";
import { release } from "./departures.ts";
import type { Emit } from "./effect.ts";
import { latestHops } from "./session.ts";
import type { Grant, TabEntry } from "./tab-entry.ts";

/** What the tab would be asked to hold now. Changes nothing. */
export function previewDonation(core: SwarmCore, entry: TabEntry | undefined, offer: Donate): Assigned | Refusal {
  const placement = place(offer, placeModels(core, entry ?? null), isGuest(entry));
  return placement.status === "refused" ? placement : assigned(placement);
}

/** Bytes of weights that a guest of this budget, whose device computes in 32 bits only, would load now; null when nothing fits. */
export function previewGuest(core: SwarmCore, budgetBytes: number): number | null {
  const offer = { models: [], budgetBytes, f16: false, cached: [], holding: null, avoid: [] };
  const placement = place(offer, placeModels(core, null), true);
  return placement.status === "refused" ? null : placement.loadBytes;
}

/** The tab takes a segment. The same offer again gets the same segment; another offer gives the old one back first. */
export function takeDonation(
  core: SwarmCore,
  entry: TabEntry | undefined,
  offer: Donate,
  nowMs: number,
  emit: Emit,
): Assigned | Refusal {
  if (entry === undefined)
    return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
  if (entry.donor.kind !== "none" && stillOffered(entry.donor.grant, offer)) {
    const grant = { ...entry.donor.grant, offer };
    entry.donor = { ...entry.donor, grant };
    return assigned(grant);
  }
  const placement = place(offer, placeModels(core, entry), isGuest(entry));
  if (placement.status === "refused") return placement;
  release(core, entry, emit);
  const { model, node, kvTokens, loadBytes, draft } = placement;
  const grant = { model, node, kvTokens, loadBytes, draft, offer };
  core.roster.setDonor(entry, { kind: "loading", grant, sinceMs: nowMs });
  return assigned(grant);
}

/**
 * What placement weighs. The ranges of running chats count as held even where their tabs are not here: these may be on their
 * way back, after a restart of the coordinator too, and must find their place free.
 */
function placeModels({ roster, ledger, line }: SwarmCore, except: TabEntry | null): readonly PlaceModel[] {
  const inUse = new Map<ModelId, LayerRange[]>();
  for (const session of ledger.all()) {
    const missing = latestHops(session).filter(({ standing, tab }) => standing !== "reserved" && tab !== except?.id);
    if (missing.length === 0) continue;
    const ranges = missing.map((hop) => hop.range);
    inUse.set(session.model.id, [...(inUse.get(session.model.id) ?? []), ...ranges]);
  }
  return roster
    .placeModels(except, (model) => line.of(model).length)
    .map((one) => ({ ...one, held: [...one.held, ...(inUse.get(one.model.id) ?? [])] }));
}

function isGuest(entry: TabEntry | undefined): boolean {
  return entry !== undefined && entry.site !== null;
}

function assigned(grant: Pick<Grant, "model" | "node" | "kvTokens" | "loadBytes" | "draft">): Assigned {
  const { draft } = grant;
  return {
    status: "assigned",
    segment: { modelId: grant.model.id, from: grant.node.from, to: grant.node.to },
    weightBytes: grant.loadBytes,
    heldBytes: { segment: grant.node.weightBytes, draft: draft?.weightBytes ?? 0 },
    kvTokens: grant.kvTokens,
    draft: draft === null ? null : draftSegment(draft),
  };
}

/** Whether what was granted still is what the donor offers; a tab that comes back must not lose its chats for saying so. */
function stillOffered(grant: Grant, offer: Donate): boolean {
  return (
    grant.offer.budgetBytes === offer.budgetBytes &&
    grant.offer.backend === offer.backend &&
    grant.offer.f16 === offer.f16 &&
    (offer.models.length === 0 || offer.models.includes(grant.model.id)) &&
    !overlapsAny({ modelId: grant.model.id, ...grant.node }, offer.avoid)
  );
}
