import type { ModelId, Segment } from "@potluck/protocol";

/** One model as `GET /api/swarm` tells it. */
export interface ModelStatus {
  readonly id: ModelId;
  readonly name: string;
  readonly dtype: string;
  readonly layerCount: number;
  readonly maxPositions: number;
  readonly weightBytes: number;
  /** KV cache of one position over all layers, in bytes. */
  readonly kvBytesPerToken: number;
  /** Smallest budget, in bytes, with which a donor can help. */
  readonly smallestBudgetBytes: number;
  /** Ready tabs that hold each layer. */
  readonly tabsPerLayer: readonly number[];
  /** Tabs that hold each layer's segment but are still loading. */
  readonly joiningPerLayer: readonly number[];
  readonly available: boolean;
  /** Chats whose answer runs now. */
  readonly sessions: number;
  /** Tabs that stand by for some chat now, to take over a hop; absent from a coordinator that does not count them. */
  readonly standbys?: number | undefined;
  /** A whole small model that guesses for it; absent where there is none. */
  readonly draft?: Segment | undefined;
  /** Where the manifest is, relative to the coordinator. */
  readonly manifestUrl: string;
}

/** The answer of `GET /api/swarm`. */
export interface SwarmStatus {
  /** Tabs with a socket. */
  readonly tabs: number;
  /** Those of them that hold a segment or are loading it. */
  readonly donors: number;
  readonly queued: number;
  readonly models: readonly ModelStatus[];
}
