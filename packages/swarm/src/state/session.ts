import { type Hop, type LayerRange, type RequestId, type Route, type SessionId, type TabId } from "@potluck/protocol";
import type { SwarmModel } from "../segment/swarm-model.ts";

/** `active`: an answer runs, or is about to. `idle`: the hops keep its KV for the next message. */
export type SessionState =
  | { readonly kind: "active"; readonly sinceMs: number }
  | { readonly kind: "idle"; readonly sinceMs: number };

/**
 * `reserved`: the session's KV is counted on the tab. `expected`: the asker says that the tab is a hop, but it is not here
 * yet or has no room on paper. `gone`: it holds its segment no more, and the asker was told.
 */
export type Standing = "reserved" | "expected" | "gone";

/** One hop as the coordinator keeps it. Changed only by the ledger and the standby keeper. */
export interface SessionHop {
  readonly tab: TabId;
  readonly range: LayerRange;
  standing: Standing;
  standbys: readonly TabId[];
}

/** Hops found for a repair, until the asker claims its new route. Those that stay are the session's own objects. */
export interface Offer {
  readonly request: RequestId;
  readonly hops: readonly SessionHop[];
}

/** One chat's reservation on its hops. Changed only by the ledger and the standby keeper. */
export interface Session {
  readonly id: SessionId;
  readonly model: SwarmModel;
  readonly asker: TabId;
  /** As the asker claimed them last. */
  hops: readonly SessionHop[];
  offer: Offer | null;
  /** The asker's, as it claimed it last. */
  epoch: number;
  /** The latest request that it answers; null for a session that a coordinator before this one opened. */
  request: RequestId | null;
  contextTokens: number;
  state: SessionState;
  /** Tabs that the asker does not want, by its last claim. */
  lost: ReadonlySet<TabId>;
  /** Tabs that were admitted and not dismissed since. */
  readonly admitted: Set<TabId>;
  /** Who stands by, as the asker heard last. */
  told: readonly Pick<Hop, "tab" | "standbys">[];
  /** All that have to do with it: asker, hops, offered hops, standbys. Kept by the ledger. */
  tabs: ReadonlySet<TabId>;
  /** Those of them that stand by. Kept by the ledger. */
  standbys: ReadonlySet<TabId>;
}

/** The hops that the asker has, or should have next. */
export function latestHops(session: Session): readonly SessionHop[] {
  return session.offer?.hops ?? session.hops;
}

/** Claimed and offered hops, each once. */
export function allHops(session: Session): readonly SessionHop[] {
  const { hops, offer } = session;
  return offer === null ? hops : [...new Set([...hops, ...offer.hops])];
}

/** The session as the tabs hear of it. */
export function routeOf(session: Session, leaseMs: number): Route {
  return {
    session: session.id,
    modelId: session.model.id,
    epoch: session.epoch,
    asker: session.asker,
    hops: latestHops(session).map(({ tab, range, standbys }) => ({ tab, range, standbys })),
    contextTokens: session.contextTokens,
    frameDtype: session.model.activation,
    leaseMs,
  };
}
