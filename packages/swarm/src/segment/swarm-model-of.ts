import { kvBytesPerToken, type Manifest, shardWeightBytes } from "@potluck/model";
import type { ModelId } from "@potluck/protocol";
import { type DraftModel, type SwarmModel, swarmModel } from "./swarm-model.ts";

/**
 * What planning needs to know, from the manifest. Tensors that embedding and head share count once in a range with both. Who
 * guesses for the model is no fact of it: there is no draft yet.
 */
export function swarmModelOf(manifest: Manifest): SwarmModel {
  const { architecture } = manifest;
  return swarmModel({
    id: manifest.id as ModelId,
    name: manifest.name,
    dtype: manifest.dtype,
    maxPositions: architecture.maxPositions,
    activation: architecture.activation,
    manifestUrl: `/models/${manifest.id}/manifest.json`,
    layers: manifest.layers.map((_, layer) => ({
      weightBytes: shardWeightBytes(manifest, { from: layer, to: layer + 1 }),
      kvBytesPerToken: kvBytesPerToken(manifest, { from: layer, to: layer + 1 }),
    })),
    rangeWeightBytes: (range) => shardWeightBytes(manifest, range),
  });
}

/** A model as the draft of another one: held whole, beside that one's first layers. */
export function draftModelOf({ id, layers, activation, whole }: SwarmModel): DraftModel {
  const { weightBytes, kvBytesPerToken } = whole;
  return { id, layerCount: layers.length, activation, weightBytes, kvBytesPerToken };
}
