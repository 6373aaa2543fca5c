import { GraphError, LoadError, ManifestError, SourceError, type SourceFault, StoreError } from "@potluck/model";
import { EngineError } from "../shard-runner.ts";

/** No byte of the file came that could be wrong. */
const unreachable: readonly SourceFault[] = ["unreachable", "not-found", "denied"];

/** What went wrong while a shard was fetched and planned, as the engine's own kind of error; the sentence stays. */
export function fetchFault(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  if (error instanceof StoreError) return new EngineError("storage-full", message, cause);
  if (error instanceof LoadError && error.fault === "too-large")
    return new EngineError("out-of-memory", message, cause);
  if (error instanceof SourceError && unreachable.includes(error.fault))
    return new EngineError("weights-unreachable", message, cause);
  const inWeights = [LoadError, SourceError, ManifestError, GraphError].some((kind) => error instanceof kind);
  return new EngineError(inWeights ? "weights" : "internal", message, cause);
}
