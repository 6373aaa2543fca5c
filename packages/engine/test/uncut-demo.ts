/** The uncut demo model as one shard, for tests that need a real graph but no cut. */
import type { ShardPlan } from "@potluck/model";

export const demoModelFolder = "packages/demo-model/models/swarm-demo-10m";

const layerCount = 12;

/** `graph` holds its weights. */
export function uncutDemoPlan(graph: Uint8Array): ShardPlan {
  const kv = { kvHeads: 2, headDim: 64, dtype: "f32" } as const;
  const noFile = { path: "", sizeBytes: 0, sha256: "" };
  const noPart = { tensors: [], weightBytes: 0 };
  return {
    manifest: {
      format: "potluck-manifest",
      version: 1,
      id: "swarm-demo-10m",
      name: "swarm-demo-10m",
      dtype: "q4",
      source: { repository: "swarm-demo-10m", revision: "local", base: "./", licence: null },
      architecture: {
        layerCount,
        hiddenSize: 256,
        vocabSize: 4096,
        maxPositions: 2048,
        activation: "f32",
        attention: "gqa",
        kv: Array.from({ length: layerCount }, () => kv),
        stopTokens: [2],
      },
      files: [],
      tensors: [],
      layers: Array.from({ length: layerCount }, () => noPart),
      embedding: noPart,
      head: noPart,
      shared: [],
      cuts: [],
      skeleton: noFile,
      tokenizer: [],
      knownAnswers: { file: noFile, promptIds: [], tolerance: 0 },
    },
    range: { from: 0, to: layerCount },
    io: {
      input: { kind: "tokens", name: "input_ids" },
      output: { kind: "logits", name: "logits", rows: null },
      attentionMask: "attention_mask",
      lengths: null,
      positionIds: null,
      kv: Array.from({ length: layerCount }, (_, layer) => ({
        ...kv,
        pastKey: `past_key_values.${layer}.key`,
        pastValue: `past_key_values.${layer}.value`,
        presentKey: `present.${layer}.key`,
        presentValue: `present.${layer}.value`,
      })),
    },
    activation: "f32",
    graph,
    weightsPath: "none",
    weights: [],
    weightBytes: 0,
    kvBytesPerToken: layerCount * 2 * 2 * 64 * 4,
  };
}
