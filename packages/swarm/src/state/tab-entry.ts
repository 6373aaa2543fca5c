import type { Donate, Pace, SiteKey, TabId } from "@potluck/protocol";
import type { SegmentCost } from "../segment/layer-cost.ts";
import type { DraftModel, SwarmModel } from "../segment/swarm-model.ts";

/** What a donor was given to hold, and for which offer. */
export interface Grant {
  readonly model: SwarmModel;
  readonly node: SegmentCost;
  readonly kvTokens: number;
  readonly loadBytes: number;
  readonly draft: DraftModel | null;
  readonly offer: Donate;
}

export type DonorState =
  | { readonly kind: "none" }
  | { readonly kind: "loading"; readonly grant: Grant; readonly sinceMs: number }
  | {
      readonly kind: "ready";
      readonly grant: Grant;
      readonly sinceMs: number;
      readonly stepMs: number;
      readonly pace: Pace;
    };

/** Whether a donor of this pace may get chats, or stand by for some (SW21, SW29). */
export function takesChats(pace: Pace): boolean {
  return pace === "steady" || pace === "slow";
}

/** `away`: without a socket; its chats wait for a while. */
export type Presence = { readonly kind: "connected" } | { readonly kind: "away"; readonly sinceMs: number };

/** Whether it holds a segment that new chats may use: with a socket, neither paused nor draining. */
export function isServing({ presence, donor }: Pick<TabEntry, "presence" | "donor">): boolean {
  return presence.kind === "connected" && donor.kind === "ready" && takesChats(donor.pace);
}

/** One tab that said hello. Changed only by the roster and the ledger. */
export interface TabEntry {
  readonly id: TabId;
  /** Proves the same tab after a reconnect. */
  readonly secret: string;
  /** The partner's site whose visitor lends it, which makes it a guest (SW33); null for one of the swarm's own. */
  site: SiteKey | null;
  presence: Presence;
  /** When it was last heard, in ms. */
  heardMs: number;
  donor: DonorState;
  /** KV positions reserved on it, over all sessions, active or idle. */
  reservedTokens: number;
  /** Answers that run on it now. */
  active: number;
  /** Sessions for which it stands by. */
  standingBy: number;
}
