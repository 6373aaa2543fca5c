/** Reading and cutting a published export, and writing its manifest. */
export { type ByteSource, SourceError, type SourceFault, sourceFaults } from "./byte-source.ts";
export { memorySource } from "./memory-source.ts";
export { type ExportGraph, readGraph, type WeightRange } from "./read-graph.ts";
export { type ExportDescription, readExport } from "./read-export.ts";
export {
  buildManifest,
  type BuiltManifest,
  type ComputedAnswers,
  knownAnswersPath,
  type ManifestDraft,
  type ManifestOptions,
  skeletonPath,
} from "./build-manifest.ts";
export { sha256Hex } from "./hash.ts";
