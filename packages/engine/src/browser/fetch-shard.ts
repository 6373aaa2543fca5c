import {
  fetchManifest,
  loadSideFile,
  loadWeights,
  modelSources,
  planShard,
  type ShardPlan,
  type ShardRange,
  type WeightsProgress,
} from "@potluck/model";
import { browserPieceStore } from "@potluck/model/browser";
import { fetchFault } from "./fetch-fault.ts";

export interface FetchedShard {
  readonly plan: ShardPlan;
  readonly weights: Uint8Array;
  readonly knownAnswers: Uint8Array;
}

export interface FetchShardOptions {
  readonly onProgress: (progress: WeightsProgress) => void;
  /** The store can't keep the weights; called once at most. */
  readonly onNotKept: (message: string) => void;
  /** Called before the weights are loaded; throws when this device can't run the plan. */
  readonly checkPlan: (plan: ShardPlan) => void;
}

/** Everything that a shard needs, from this browser's store or from the network. Throws {@link EngineError}. */
export async function fetchShard(
  manifestUrl: string,
  range: ShardRange,
  options: FetchShardOptions,
): Promise<FetchedShard> {
  try {
    const store = await browserPieceStore();
    const manifest = await fetchManifest(manifestUrl, { store });
    const { beside, files } = modelSources(manifestUrl, manifest);
    const [skeleton, knownAnswers] = await Promise.all([
      loadSideFile(manifest.skeleton, { source: beside, store }),
      loadSideFile(manifest.knownAnswers.file, { source: beside, store }),
    ]);
    const plan = planShard(manifest, skeleton, range);
    options.checkPlan(plan);
    const weights = await loadWeights(plan, {
      source: files,
      store,
      onProgress: options.onProgress,
      onNotKept: (error) => options.onNotKept(error.message),
    });
    return { plan, weights, knownAnswers };
  } catch (error) {
    throw fetchFault(error);
  }
}
