import type { Route, SessionId, Turn } from "@potluck/protocol";

/**
 * What one hop knows of one session.
 *
 *     admitted ──turn──▶ open ──turn──▶ open …
 *         └──── end, failure, lease, lost neighbour ────▶ over
 */
export type HopSessionState =
  | { readonly kind: "admitted" }
  | {
      readonly kind: "open";
      readonly turn: Turn;
      /** Positions whose KV is in the shard. */
      readonly length: number;
      /** Ids sampled in this turn; kept on the last hop, for the repetition penalty. */
      readonly sampled: readonly number[];
    }
  | { readonly kind: "over" };

/** One session on one hop. `state` is written by the hop host alone. */
export interface HopSession {
  readonly id: SessionId;
  route: Route;
  readonly hop: number;
  state: HopSessionState;
  /** End of the chain of work on this session; frames are handled one after another, in the order they came. */
  tail: Promise<void>;
  /** Called when the route changed or the session is over; set while a turn waits for its reservation. */
  rerouted: (() => void) | null;
  /** Cancels the lease timer. */
  cancelLease: () => void;
}

export function isFirst(session: Pick<HopSession, "hop">): boolean {
  return session.hop === 0;
}

export function isLast(session: Pick<HopSession, "hop" | "route">): boolean {
  return session.hop === session.route.hops.length - 1;
}
