import { type Claim, type Refusal, refuse, type Route, type TabId, type Taken } from "@potluck/protocol";
import { sameRange } from "../segment/layer-cost.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import type { SwarmCore } from "./core.ts";
import { unqueue } from "./departures.ts";
import { allHops, type Session, type SessionHop } from "./session.ts";

/**
 * The asker says how its route stands: reservations follow it. A chat that this coordinator does not know was opened by one
 * before it, and is taken over. What a claim names is reserved only where there is room, and nobody else loses by it.
 */
export function takeClaim(core: SwarmCore, tab: TabId, claim: Claim, nowMs: number): Taken {
  const { ledger, line } = core;
  const { route } = claim;
  const session = ledger.get(route.session);
  if (session !== undefined && session.asker !== tab)
    return refuse("unknown-session", "This chat belongs to another tab.");
  const model = core.roster.model(route.modelId);
  if (model === undefined || (session !== undefined && session.model !== model))
    return refuse("unknown-model", `This swarm does not serve ${route.modelId} for this chat.`);
  const fault = faultOf(tab, route, model);
  if (fault !== null) return fault;
  if (session === undefined) return adopt(core, tab, claim, model, nowMs);

  // Older than what is known: from a page before a reload.
  if (route.epoch < session.epoch) return { status: "taken" };
  if (route.epoch > session.epoch && session.state.kind === "active")
    session.state = { kind: "active", sinceMs: nowMs };
  session.epoch = route.epoch;
  if (claim.state === "idle") ledger.rest(session, nowMs);
  moveHops(core, session, claim);
  const waiting = line.repairOf(session.id, model.id);
  if (waiting !== undefined && isWhole(core, session)) unqueue(core, waiting);
  return { status: "taken" };
}

/** Why no route of the model can look like this; null when one can. */
function faultOf(tab: TabId, route: Route, model: SwarmModel): Refusal | null {
  const isSound =
    route.asker === tab &&
    route.hops.at(-1)?.range.to === model.layers.length &&
    new Set(route.hops.map((hop) => hop.tab)).size === route.hops.length &&
    route.contextTokens <= model.maxPositions;
  return isSound ? null : refuse("malformed", `The claimed route is none over the ${model.layers.length} layers.`);
}

function adopt(
  { ledger, roster, limits }: SwarmCore,
  tab: TabId,
  claim: Claim,
  model: SwarmModel,
  nowMs: number,
): Taken {
  const { route, state } = claim;
  if (ledger.of(tab).filter((one) => one.asker === tab).length >= limits.maxSessionsPerTab)
    return refuse("rate-limited", "This tab has as many chats as one tab may have. End one of them first.");
  const session = ledger.open({
    id: route.session,
    model,
    asker: tab,
    request: null,
    hops: route.hops,
    contextTokens: route.contextTokens,
    epoch: route.epoch,
    state: { kind: state, sinceMs: nowMs },
  });
  session.lost = new Set(claim.lost);
  session.told = route.hops;
  session.hops.forEach((hop, i) => (hop.standbys = route.hops[i]?.standbys ?? []));
  ledger.index(session);
  roster.reshaped.add(model.id);
  return { status: "taken" };
}

/** Makes the claimed hops the session's own, with what is known of each, and frees the others. */
function moveHops({ ledger, roster, gifts }: SwarmCore, session: Session, { route, lost }: Claim): void {
  const before = allHops(session);
  const hops = route.hops.map(({ tab, range, standbys }): SessionHop => {
    const known = before.find((hop) => hop.tab === tab && sameRange(hop.range, range));
    if (known === undefined) return { tab, range, standing: "expected", standbys };
    // The asker may have promoted and replaced since it was told.
    known.standbys = standbys.length > 0 ? standbys : known.standbys;
    return known;
  });
  for (const hop of before) if (!hops.includes(hop)) ledger.free(session, hop, "expected");
  session.hops = hops;
  session.offer = null;
  session.lost = new Set(lost);
  session.told = route.hops;
  for (const hop of hops) ledger.reserve(session, hop);
  ledger.index(session);
  gifts.shared(session);
  roster.changed.add(session.model.id);
  roster.reshaped.add(session.model.id);
}

function isWhole({ ledger }: SwarmCore, session: Session): boolean {
  return session.hops.every((hop) => ledger.holderOf(session, hop)?.presence.kind === "connected");
}
