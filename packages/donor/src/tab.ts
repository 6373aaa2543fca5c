import type { SwarmView, TabId } from "@potluck/protocol";
import type { SwarmStatus } from "@potluck/swarm";
import type { StoreApi } from "zustand/vanilla";
import type { Asker } from "./asking/asker.ts";
import type { Donation } from "./donation/donation.ts";
import type { OutsideSenses } from "./manners/senses.ts";
import type { Problem } from "./problem.ts";

export type { ModelStatus, SwarmStatus } from "@potluck/swarm";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  | { readonly kind: "offline"; readonly problem: Problem };

export interface Traffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Everything a page does with Potluck. */
export interface Tab {
  readonly connection: StoreApi<Connection>;
  /** Refreshed while somebody is subscribed; null before the first answer. */
  readonly swarm: StoreApi<SwarmStatus | null>;
  /** The same with all that is shown of it: who is linked to whom, and where donors say they are. */
  readonly view: StoreApi<SwarmView | null>;
  readonly donation: Donation;
  readonly asker: Asker;
  /** Bytes over links to other tabs since the page was opened. */
  traffic(): Traffic;
  close(): Promise<void>;
}

export interface TabOptions {
  /** The coordinator's origin. */
  readonly coordinatorUrl: string;
  readonly backend: "auto" | "webgpu" | "wasm";
  /** Whether its hops guess tokens; they do unless told. For measuring what guesses gain. */
  readonly speculation?: boolean;
  /** This page is a frame in a partner's (DN46). */
  readonly guest?: GuestOptions;
}

/** What makes a tab a guest. */
export interface GuestOptions {
  /** The token that the coordinator gave for its visitor's yes. */
  readonly consent: string;
  /** Whom that consent admits. */
  readonly identity: { readonly tab: TabId; readonly secret: string };
  readonly outside: OutsideSenses;
}
