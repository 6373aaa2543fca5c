import {
  type LayerRange,
  maxHops,
  type Queued,
  type Refusal,
  refuse,
  type Repair,
  type RouteReady,
  type TabId,
} from "@potluck/protocol";
import { findRoute, type FoundHop, missingRanges, type RouteFound } from "../route/find-route.ts";
import type { Near } from "../route/near-hops.ts";
import { sameRange } from "../segment/layer-cost.ts";
import type { SwarmCore } from "./core.ts";
import { unqueue } from "./departures.ts";
import type { RosterHolder } from "./roster.ts";
import { readyAnswer } from "./ready-answer.ts";
import type { Session, SessionHop } from "./session.ts";
import type { Without } from "./waiting-line.ts";

/**
 * The answer to a repair that need not wait in line: one asked before, or one that can't be granted. Null when it must take
 * its place; an older repair of the same chat has lost its own then.
 */
export function answerRepairAtOnce(core: SwarmCore, tab: TabId, ask: Repair): RouteReady | Queued | Refusal | null {
  const { roster, ledger, line, limits } = core;
  if (roster.tab(tab) === undefined)
    return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
  const session = ledger.get(ask.session);
  if (session === undefined || session.asker !== tab)
    return refuse("unknown-session", "The coordinator does not know this chat. Claim its route, or ask for a new one.");
  if (session.offer?.request === ask.request) return readyAnswer(core, session, ask.request, true);
  const own = line.ofTab(tab);
  const inLine = own.find((w) => w.request === ask.request);
  if (inLine?.told) return inLine.told;
  const older = line.repairOf(session.id, session.model.id);
  if (older !== undefined) unqueue(core, older);
  else if (own.length >= limits.maxWaitingPerTab)
    return refuse("rate-limited", "This tab has as many chats as one tab may have. End one of them first.");
  return null;
}

/**
 * Hops for a session without its lost tabs: the others where they stand and, in each gap, the best tiling of it; else the
 * best route over all layers, whose cuts may be others. `given` counts tokens as free that somebody would give up.
 */
export function findRepair(
  core: SwarmCore,
  session: Session,
  without: Without,
  nowMs: number,
  given: ReadonlyMap<TabId, number>,
): RouteFound {
  return search(core, session, without, usable(core, session, without, given), nowMs);
}

/** Whether the tabs that are here could carry the session's repair if they had nothing else to do. */
export function couldRepair(core: SwarmCore, session: Session, without: Without, nowMs: number): boolean {
  const empty = usable(core, session, without, new Map()).map((h) => ({ ...h, freeTokens: h.kvTokens, active: 0 }));
  return search(core, session, without, empty, nowMs).kind === "found";
}

/** Gives the session the hops that were found, to be claimed by its asker; what an older offer reserved is free again. */
export function makeOffer(
  core: SwarmCore,
  session: Session,
  request: Repair["request"],
  found: readonly FoundHop[],
): void {
  withdrawOffer(core, session);
  const hops = found.map(({ tab, range }): SessionHop => {
    const stays = session.hops.find((hop) => hop.tab === tab && sameRange(hop.range, range));
    return stays ?? { tab, range, standing: "expected", standbys: [] };
  });
  for (const hop of hops) core.ledger.reserve(session, hop);
  session.offer = { request, hops };
  core.ledger.index(session);
}

/** The asker wants the offered hops no more, or has never claimed them. */
export function withdrawOffer(core: SwarmCore, session: Session): void {
  if (session.offer === null) return;
  for (const hop of session.offer.hops) if (!session.hops.includes(hop)) core.ledger.free(session, hop, "expected");
  session.offer = null;
  core.ledger.index(session);
  core.roster.changed.add(session.model.id);
  core.roster.reshaped.add(session.model.id);
}

/** Those who may take part, with what the session itself has reserved on them counted as free. */
function usable(
  core: SwarmCore,
  session: Session,
  { barred }: Without,
  given: ReadonlyMap<TabId, number>,
): readonly RosterHolder[] {
  const own = new Set(
    [...session.hops, ...(session.offer?.hops ?? [])].filter((h) => h.standing === "reserved").map((h) => h.tab),
  );
  const active = session.state.kind === "active" ? 1 : 0;
  return core.roster
    .holders(session.model.id, given)
    .filter(({ tab }) => !barred.has(tab))
    .map((h) =>
      own.has(h.tab) ? { ...h, freeTokens: h.freeTokens + session.contextTokens, active: h.active - active } : h,
    );
}

function search(
  core: SwarmCore,
  session: Session,
  { lost, barred }: Without,
  holders: readonly RosterHolder[],
  nowMs: number,
): RouteFound {
  const query = { holders, contextTokens: session.contextTokens, maxActive: core.limits.maxActivePerTab, nowMs };
  const kept = session.hops.filter((hop) => hop.standing !== "gone" && !lost.has(hop.tab) && !barred.has(hop.tab));
  const layers: LayerRange = { from: 0, to: session.model.layers.length };
  const gaps = missingRanges(layers, kept).map((gap) =>
    findRoute({ ...query, layers: gap, near: { places: core.atlas, around: aroundGap(gap, kept, session) } }),
  );
  const filled = gaps.flatMap((found) => (found.kind === "found" ? found.hops : []));
  const isWhole = gaps.every(({ kind }) => kind === "found") && kept.length + filled.length <= maxHops;
  if (isWhole) {
    const hops: FoundHop[] = [...kept, ...filled];
    return { kind: "found", hops: hops.toSorted((a, b) => a.range.from - b.range.from) };
  }
  const near: Near = { places: core.atlas, around: { kind: "ring", asker: session.asker } };
  const anew = findRoute({ ...query, layers, near });
  if (anew.kind === "found") return anew;
  // A hop that stays holds its layers, wherever its socket is.
  const missing = missingRanges(layers, [...holders, ...kept]);
  return missing.length > 0 ? { kind: "layers-missing", missing } : { kind: "all-busy" };
}

/** Who stays before and after the gap; the last hop comes before the first. */
function aroundGap(gap: LayerRange, kept: readonly SessionHop[], { asker }: Session): Near["around"] {
  const inOrder = kept.toSorted((a, b) => a.range.from - b.range.from);
  const before = inOrder.findLast(({ range }) => range.to <= gap.from) ?? inOrder.at(-1);
  const after = inOrder.find(({ range }) => range.from >= gap.to) ?? inOrder[0];
  if (before === undefined || after === undefined) return { kind: "ring", asker };
  return { kind: "between", before: before.tab, after: after.tab };
}
