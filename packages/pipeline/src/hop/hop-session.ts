import type { EndReason, Route, SessionFrames, SessionId, TabId, Turn } from "@potluck/protocol";
import type { Onward } from "./onward.ts";
import type { Announced } from "./speculation/announced.ts";
import type { Flight } from "./speculation/flight.ts";
import type { Guesser } from "./speculation/guesser.ts";
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
      /** Drawn since the turn was told, in order; on the last hop. The repetition penalty touches them. */
      readonly sampled: readonly SampledToken[];
      /** Wrong guesses of this turn in this epoch (SD3). */
      readonly branch: number;
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
  /** On the first hop. */
  readonly flight: Flight;
  readonly guesser: Guesser;
  /** On the last hop. */
  readonly announced: Announced;
  /** The newest branch among the frames that came, computed or not, and where it begins. */
  newest: { readonly branch: number; readonly position: number };
  /** Where the last rows that were no guesses ended: whatever lies before is certain. */
  plainTo: number;
  /**
   * While a new epoch waits to be taken: rows from here on may have been guessed, are not sent, and are forgotten when it is
   * (SD4).
   */
  sendLimit: number;
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

/** The answer's last token is drawn. */
export function isAnswered({ state }: Pick<HopSession, "state">): boolean {
  return state.kind === "open" && (state.sampled.at(-1)?.end ?? null) !== null;
}

/**
 * SD4: how many of the first `certain` rows this hop has as they are now known to be. When the last of their tokens was not
 * what had been guessed, a hop in the middle may not have heard of it yet; the first and the last hop know.
 */
export function certainRows(session: HopSession, certain: number): number {
  if (isFirst(session)) return Math.min(certain, session.tokens.known);
  return isLast(session) || certain <= session.plainTo ? certain : certain - 1;
}

export function isFirst(session: Pick<HopSession, "hop">): boolean {
  return session.hop === 0;
}

export function isLast(session: Pick<HopSession, "hop" | "route">): boolean {
  return session.hop === session.route.hops.length - 1;
}
