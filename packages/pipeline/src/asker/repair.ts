/** What befalls a route, and whom the asker asks for help with it. */
import type { LayerRange, Route, SessionId, TabId } from "@potluck/protocol";

/** Why a tab is no hop any more, as the asker saw it (RP7). */
export type LostWhy =
  /** It said goodbye, or that it was stopped. */
  | "left"
  /** It asked to be replaced: hidden, busy or hot. */
  | "slow"
  /** Its link closed without a goodbye or fell silent. */
  | "silent"
  /** The coordinator lost it. */
  | "gone"
  /** Its neighbour can't reach it. */
  | "unreachable"
  /** It said that it failed. */
  | "failed"
  /** It made no progress until the deadline. */
  | "stuck";

/** The route's condition, beside whether an answer runs. */
export type RouteState =
  | { readonly kind: "steady" }
  /** Another tab has taken over, or the same ones start anew; `done` of `total` positions are computed again. */
  | { readonly kind: "repairing"; readonly lost: readonly LayerRange[]; readonly done: number; readonly total: number }
  /** No tab can take the place of these layers yet. */
  | { readonly kind: "waiting"; readonly missing: readonly LayerRange[] };

/** One finished repair (RP18). */
export interface RepairRecord {
  readonly lost: readonly { readonly tab: TabId; readonly range: LayerRange; readonly why: LostWhy }[];
  /** From the last sign of life of the first lost tab, as far as this tab can tell, until it was counted as lost, in ms. */
  readonly detectMs: number;
  /** From then until the next token or, between turns, until all hops have answered, in ms. */
  readonly resumeMs: number;
  /** Positions that hops computed again. */
  readonly recomputed: number;
  /** Ms of `resumeMs` during which no tab could take a place. */
  readonly waitedMs: number;
}

/** Tabs that a repair does without. */
export interface Without {
  /** No hops any more; the coordinator may offer one that it sees with its layers. */
  readonly lost: readonly TabId[];
  /** Not to be offered: what the coordinator sees of them is not to be trusted now. */
  readonly barred: readonly TabId[];
}

/** The coordinator, as a session needs it. */
export interface RepairDesk {
  /** Tells the route as it stands. A coordinator that is away hears it when it is back. Never throws. */
  claim(route: Route, state: "active" | "idle", lost: readonly TabId[]): void;
  /**
   * Hops in place of the lost ones; `epoch` of the result means nothing. Waits as long as it takes, also for a coordinator that
   * is away; rejects when the signal aborts, or with an error when the coordinator refuses for good.
   */
  replace(
    session: SessionId,
    without: Without,
    onWaiting: (missing: readonly LayerRange[]) => void,
    signal: AbortSignal,
  ): Promise<Route>;
}
