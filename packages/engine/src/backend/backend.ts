/**
 * What runs a shard's graph: WebGPU or the CPU. A backend knows tensors and caches; it knows nothing of sessions' names,
 * wire dtypes, budgets or sampling, which are the runner's.
 */
import type { ShardPlan } from "@potluck/model";
import type { EngineError } from "../shard-runner.ts";

/** Values in the shard's own activation dtype: f32, or the bit patterns of f16. */
export type Activations = Float32Array | Uint16Array;

export type RowsIn =
  | { readonly kind: "tokens"; readonly ids: Int32Array }
  /** `count * hiddenSize` values. */
  | { readonly kind: "hidden"; readonly values: Activations };

export interface BackendRun {
  /** Position of the first row, which is also the number of positions in the cache. */
  readonly position: number;
  /** 1 to the shard's `maxChunk`. */
  readonly count: number;
  readonly input: RowsIn;
  /** On a shard with the head: index of the first row whose logits are wanted, up to the last row; null for none. */
  readonly logitsFrom: number | null;
}

export interface BackendOutput {
  /** Hidden states `[count, hiddenSize]`, or from a head f32 logits `[wantedRows, vocabSize]`. Owned by the caller. */
  readonly values: Activations;
  readonly computeMs: number;
  readonly readBackMs: number;
}

/** How many rows of logits a run gives on a shard with the head. */
export function wantedRows(run: Pick<BackendRun, "count" | "logitsFrom">): number {
  return run.logitsFrom === null ? 0 : run.count - run.logitsFrom;
}

/** KV of one session on one shard. */
export interface KvCache {
  /** Positions reserved. */
  readonly capacity: number;
  /** Reserves `capacity` positions, more than before, and keeps the first `length`. On failure the cache is unchanged. */
  grow(capacity: number, length: number): Promise<void>;
  /**
   * Becomes the first `length` positions of another cache of the same shard, which keeps them; both go their own ways from
   * then on. Only while none of this one's positions count and it has reserved as many. On failure neither has changed.
   */
  copyFrom(from: KvCache, length: number): Promise<void>;
  /** Only the first `length` positions count from now on. */
  truncate(length: number): Promise<void>;
  close(): void;
}

/** A run and the cache that it appends to. */
export interface CacheRun {
  readonly cache: KvCache;
  readonly run: BackendRun;
}

/** A loaded shard. Callers run one operation at a time. */
export interface BackendShard {
  readonly maxChunk: number;
  openCache(capacity: number): Promise<KvCache>;
  /** Appends `count` positions to `cache`. On failure the caller truncates the cache back. */
  run(cache: KvCache, run: BackendRun): Promise<BackendOutput>;
  /**
   * Appends one row to each of several caches in one run, for less than as many runs cost; every `run` has one row, and all
   * want logits or none does. One output a run, with the values and the times of the whole. On failure no cache has changed.
   * Absent where the graph or the device can't.
   */
  runTogether?: (runs: readonly CacheRun[]) => Promise<readonly BackendOutput[]>;
  /** Resolves when the device under the shard is gone; never for the CPU. */
  readonly lost: Promise<EngineError>;
  /** Frees the shard and all of its caches. */
  close(): Promise<void>;
}

export interface Backend {
  readonly kind: "webgpu" | "wasm";
  /** Loads a shard. `weights` is the file that `plan.weightsPath` names; the caller may drop it afterwards. */
  open(plan: ShardPlan, weights: Uint8Array): Promise<BackendShard>;
  close(): void;
}

/** Rows of one run at most; wider prefills gain nothing and cost memory for activations. */
export const defaultMaxChunk = 64;
