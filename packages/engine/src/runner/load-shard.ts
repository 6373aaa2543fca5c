import type { ShardPlan } from "@potluck/model";
import type { Backend, BackendShard } from "../backend/backend.ts";
import { checkKnownAnswer } from "./check-known-answer.ts";
import { LocalRunner, type LocalRunnerOptions } from "./local-runner.ts";

export interface LoadShardOptions extends LocalRunnerOptions {
  readonly backend: Backend;
  readonly plan: ShardPlan;
  /** The file that `plan.weightsPath` names. */
  readonly weights: Uint8Array;
  /** The manifest's known answers; null only in tests of graphs that have none. */
  readonly knownAnswers: Uint8Array | null;
  /** Called when the shard is loaded and the check begins. */
  readonly onCheck?: () => void;
}

/**
 * Loads a shard and lets nobody have it before it has reproduced its known answer. On any failure nothing stays loaded.
 * Throws {@link EngineError}.
 */
export async function loadShard(options: LoadShardOptions): Promise<LocalRunner> {
  const { backend, plan, knownAnswers } = options;
  const shard: BackendShard = await backend.open(plan, options.weights);
  try {
    options.onCheck?.();
    if (knownAnswers !== null) await checkKnownAnswer(shard, plan, knownAnswers);
    return new LocalRunner(shard, plan, options);
  } catch (error) {
    await shard.close();
    throw error;
  }
}
