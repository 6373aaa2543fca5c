import type { EngineError, ShardRunner } from "@potluck/engine";
import type { Segment } from "@potluck/protocol";
import type { LoadProgress } from "./donation/donation.ts";

/** A shard that is loaded, checked and ready in this tab. */
export type TabShard = ShardRunner;

export interface OpenShard {
  readonly segment: Segment;
  /** KV positions over all sessions. */
  readonly kvTokens: number;
  readonly backend: "webgpu" | "wasm";
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
  /** The weights could not be kept for the next visit; the load goes on. */
  readonly onNotKept?: (error: EngineError) => void;
}

/** How this tab loads shards: in the browser a worker of the engine, in tests an oracle. */
export interface Shards {
  /** Throws a ProblemError or an EngineError. When `signal` aborts it rejects, and nothing stays loaded. */
  open(request: OpenShard): Promise<TabShard>;
}
