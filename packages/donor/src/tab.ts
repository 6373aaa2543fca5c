import type { ModelId } from "@potluck/protocol";
import type { StoreApi } from "zustand/vanilla";
import type { Asker } from "./asking/asker.ts";
import type { Donation } from "./donation/donation.ts";
import type { Problem } from "./problem.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  | { readonly kind: "offline"; readonly problem: Problem };

/** One model as `GET /api/swarm` tells it. */
export interface ModelStatus {
  readonly id: ModelId;
  readonly name: string;
  readonly dtype: string;
  readonly layerCount: number;
  readonly maxPositions: number;
  readonly weightBytes: number;
  /** Smallest budget, in bytes, with which a donor can help. */
  readonly smallestBudgetBytes: number;
  /** Ready tabs that hold each layer. */
  readonly tabsPerLayer: readonly number[];
  /** Tabs that hold each layer's segment but are still loading. */
  readonly joiningPerLayer: readonly number[];
  readonly available: boolean;
  readonly sessions: number;
  /** Where the manifest is, relative to the coordinator. */
  readonly manifestUrl: string;
}

export interface SwarmStatus {
  readonly tabs: number;
  readonly donors: number;
  readonly queued: number;
  readonly models: readonly ModelStatus[];
}

/** Everything a page does with Potluck. */
export interface Tab {
  readonly connection: StoreApi<Connection>;
  /** Refreshed while somebody is subscribed; null before the first answer. */
  readonly swarm: StoreApi<SwarmStatus | null>;
  readonly donation: Donation;
  readonly asker: Asker;
  close(): Promise<void>;
}

export interface TabOptions {
  /** The coordinator's origin. */
  readonly coordinatorUrl: string;
  readonly backend: "auto" | "webgpu" | "wasm";
}
