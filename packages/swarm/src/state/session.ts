import type { Hop, RequestId, Route, SessionId, TabId } from "@potluck/protocol";
import type { SwarmModel } from "../segment/swarm-model.ts";

/** `active`: an answer runs, or is about to. `idle`: the hops keep its KV for the next message. */
export type SessionState =
  | { readonly kind: "active"; readonly sinceMs: number }
  | { readonly kind: "idle"; readonly sinceMs: number };

/** One chat's reservation on its hops. Changed only by the ledger. */
export interface Session {
  readonly id: SessionId;
  readonly model: SwarmModel;
  readonly asker: TabId;
  /** The tabs stay the same for the session's life; their standbys come and go. */
  hops: readonly Hop[];
  /** The latest request that it answers. */
  request: RequestId;
  contextTokens: number;
  state: SessionState;
}

/** The session as the tabs hear of it. */
export function routeOf(session: Session, leaseMs: number): Route {
  return {
    session: session.id,
    modelId: session.model.id,
    epoch: 0,
    asker: session.asker,
    hops: session.hops,
    contextTokens: session.contextTokens,
    frameDtype: session.model.activation,
    leaseMs,
  };
}
