import type { ShardPlan } from "@potluck/model";
import { setImmediate } from "node:timers/promises";
import * as ort from "onnxruntime-web";
import { wasmBackend } from "../backend/wasm.ts";
import { loadShard } from "../runner/load-shard.ts";
import type { LocalRunner } from "../runner/local-runner.ts";

export interface OpenShardInNode {
  readonly plan: ShardPlan;
  /** The file that `plan.weightsPath` names. */
  readonly weights: Uint8Array;
  /** Positions that all sessions together may reserve. */
  readonly kvTokens: number;
  /** The manifest's known answers; null skips the check, which only tools that are about to write them may do. */
  readonly knownAnswers: Uint8Array | null;
}

/** Loads a shard into this process, on the CPU. Throws {@link EngineError}. */
export function openShardInNode(options: OpenShardInNode): Promise<LocalRunner> {
  // More threads would be worker threads, which the runtime does not end with the process's last task.
  ort.env.wasm.numThreads = 1;
  const now = (): number => performance.now();
  return loadShard({ ...options, backend: wasmBackend(ort, { now }), now, takeIn: setImmediate });
}
