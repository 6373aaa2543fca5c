import type { ActivationDtype, ShardPlan } from "@potluck/model";

/** What is true of a loaded shard and does not change. */
export interface ShardFacts {
  readonly range: { readonly from: number; readonly to: number };
  readonly hasEmbedding: boolean;
  readonly hasHead: boolean;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  readonly layerCount: number;
  readonly maxPositions: number;
  readonly activation: ActivationDtype;
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
}

export function shardFacts(plan: ShardPlan): ShardFacts {
  const { architecture } = plan.manifest;
  return {
    range: plan.range,
    hasEmbedding: plan.io.input.kind === "tokens",
    hasHead: plan.io.output.kind === "logits",
    hiddenSize: architecture.hiddenSize,
    vocabSize: architecture.vocabSize,
    layerCount: architecture.layerCount,
    maxPositions: architecture.maxPositions,
    activation: plan.activation,
    weightBytes: plan.weightBytes,
    kvBytesPerToken: plan.kvBytesPerToken,
  };
}
