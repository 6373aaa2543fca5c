import type { ModelId } from "@potluck/protocol";
import type { SwarmModel } from "@potluck/swarm";

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
