import type { EndReason, Route, SessionFrames, SessionId, TabId, Turn } from "@potluck/protocol";
import type { Onward } from "./onward.ts";
import type { TokenQueue } from "./token-queue.ts";

/** What the last hop drew for a position. */
export interface SampledToken {
  readonly position: number;
  readonly id: number;
  readonly end: EndReason | null;
}

/**
 * What one hop knows of one session; SPEC's section RP has the picture. A session whose asker is gone keeps its state, and
 * only runs no new lap.
 */
export type HopSessionState =
  /** May be put in a hop's place; holds nothing. */
  | { readonly kind: "standby" }
  /** A hop before its first turn. */
  | { readonly kind: "admitted" }
  | {
      readonly kind: "open";
      readonly turn: Turn;
      /** Positions whose KV is in the shard. */
      readonly length: number;
      /** Drawn in this turn, in order; on the last hop. Kept to be sent again (RP5) and for the repetition penalty. */
      readonly sampled: readonly SampledToken[];
    }
  | { readonly kind: "over" };

/** One session on one hop. Written by the hop host and the steps alone. */
export interface HopSession {
  readonly id: SessionId;
  route: Route;
  /** Which hop of the route this tab is, or stands by for. */
  hop: number;
  state: HopSessionState;
  /** The last epoch that the asker itself told; the coordinator's word may name a newer one before (RP1). */
  takenEpoch: number;
  askerGone: boolean;
  readonly onward: Onward;
  readonly tokens: TokenQueue;
  /** Frames of later epochs (RP4). */
  early: { readonly from: TabId; readonly frame: SessionFrames }[];
  /** End of the chain of work on this session; frames are handled one after another, in the order they came. */
  tail: Promise<void>;
  /** Frames in that chain. */
  pending: number;
  /** When a frame of it last came, in ms. */
  heardMs: number;
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
