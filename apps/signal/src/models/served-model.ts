import { kvBytesPerToken, type Manifest, shardWeightBytes } from "@potluck/model";
import type { ModelId } from "@potluck/protocol";
import { type SwarmModel, swarmModel } from "@potluck/swarm";

/** A model whose files this coordinator serves. */
export interface ServedFiles {
  readonly id: ModelId;
  /** Absolute paths by what follows `/models/<id>/` in their URL. Nothing else of the model is served. */
  readonly files: ReadonlyMap<string, string>;
  /** Origin of the server that the export's files come from; null when this coordinator serves them itself. */
  readonly sourceOrigin: string | null;
}

/** A model that this coordinator plans for and whose files it serves. */
export interface ServedModel extends Omit<ServedFiles, "id"> {
  readonly swarm: SwarmModel;
  /** The files of its draft, which nobody chooses and whose layers nobody has to cover. */
  readonly draft?: ServedFiles | undefined;
}

/** What planning needs to know, from the manifest. Tensors that embedding and head share count once in a range with both. */
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
