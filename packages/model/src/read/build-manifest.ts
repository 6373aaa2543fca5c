import {
  type LayerPart,
  type Manifest,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type PartName,
  type SideFile,
  type TensorLocation,
  type TokenizerFile,
} from "../manifest/manifest.ts";
import { parseManifest } from "../manifest/manifest-schema.ts";
import { GraphError } from "../shard/graph-error.ts";
import { encodeModel } from "../shard/onnx.ts";
import type { ByteSource } from "./byte-source.ts";
import { readWhole, textFiles } from "./export-files.ts";
import { hashPieces, sha256Hex } from "./hash.ts";
import { type ExportDescription, readExport } from "./read-export.ts";

export const skeletonPath = "skeleton.onnx";
export const knownAnswersPath = "known-answers.bin";

export type ManifestDraft = Omit<Manifest, "knownAnswers">;

/** Computed by whoever has an engine; layout as {@link Manifest.knownAnswers} says. */
export interface ComputedAnswers {
  readonly promptIds: readonly number[];
  readonly values: Float32Array;
  readonly tolerance: number;
}

export interface ManifestOptions {
  /** The export's file suffix, for example `q4f16`. */
  readonly dtype: string;
  /** Without one: the repository's last word and the dtype. */
  readonly id?: string;
  readonly name?: string;
  readonly repository: string;
  readonly revision: string;
  /** URL of the source's files, seen from the manifest; ends in a slash. */
  readonly base: string;
  /** Overrides what the card says. */
  readonly licence?: string;
  readonly knownAnswers: (draft: ManifestDraft, skeleton: Uint8Array, source: ByteSource) => Promise<ComputedAnswers>;
  /** Called with hashed and total bytes. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface BuiltManifest {
  readonly manifest: Manifest;
  readonly skeleton: Uint8Array;
  readonly knownAnswers: Uint8Array;
}

/** Describes an export completely. Weights are read once, a piece at a time. Throws a GraphError or SourceError. */
export async function buildManifest(source: ByteSource, options: ManifestOptions): Promise<BuiltManifest> {
  const description = await readExport(source, options.dtype, options.signal);
  const skeleton = makeSkeleton(description);
  const draft = await makeDraft(source, description, skeleton, options);
  const answers = await options.knownAnswers(draft, skeleton, source);
  const { layerCount, hiddenSize, vocabSize } = draft.architecture;
  const expected = (layerCount + 1) * answers.promptIds.length * hiddenSize + vocabSize;
  if (answers.values.length !== expected) {
    throw new GraphError(
      "config",
      `The known answers number ${answers.values.length}, not ${expected}: the model's width is not what config.json says.`,
    );
  }
  if (!answers.values.every(Number.isFinite)) {
    throw new GraphError(
      "config",
      "The model gives infinite or undefined values on the known prompt; this export can't be trusted.",
    );
  }
  const knownAnswers = new Uint8Array(
    answers.values.buffer,
    answers.values.byteOffset,
    answers.values.byteLength,
  ).slice();
  const manifest: Manifest = {
    ...draft,
    knownAnswers: {
      file: await sideFile(knownAnswersPath, knownAnswers),
      promptIds: answers.promptIds,
      tolerance: answers.tolerance,
    },
  };
  return { manifest: parseManifest(manifest), skeleton, knownAnswers };
}

/** The graph without weights, and without initializers that nothing uses. */
function makeSkeleton({ export: { model, graph }, usedBy }: ExportDescription): Uint8Array {
  const read = new Set(graph.node.flatMap((n) => n.input));
  const initializer = graph.initializer.filter((t) =>
    t.externalData.length === 0 ? read.has(t.name) : usedBy.has(t.name),
  );
  return encodeModel({
    ...model,
    graph: { ...graph, initializer, valueInfo: [], docString: "" },
    metadataProps: [],
    docString: "",
  });
}

async function makeDraft(
  source: ByteSource,
  description: ExportDescription,
  skeleton: Uint8Array,
  options: ManifestOptions,
): Promise<ManifestDraft> {
  const { architecture, config, cuts, usedBy } = description;
  const used = description.export.weights.filter((w) => usedBy.has(w.name));
  const paths = [...new Set(used.map((w) => w.path))].sort();
  const ordered = used
    .map((w) => ({ ...w, file: paths.indexOf(w.path) }))
    .sort((a, b) => a.file - b.file || a.offset - b.offset || (a.name < b.name ? -1 : 1));
  const totalBytes = ordered.reduce((sum, w) => sum + w.lengthBytes, 0);
  const tensors: TensorLocation[] = [];
  let doneBytes = 0;
  for (const w of ordered) {
    const pieces = await hashPieces(source, w, options.signal);
    tensors.push({ name: w.name, file: w.file, offset: w.offset, lengthBytes: w.lengthBytes, pieces });
    doneBytes += w.lengthBytes;
    options.onProgress?.(doneBytes, totalBytes);
  }
  const part = (name: PartName): LayerPart => {
    const own = tensors.flatMap((t, i) =>
      usedBy.get(t.name)?.length === 1 && usedBy.get(t.name)?.[0] === name ? [i] : [],
    );
    return { tensors: own, weightBytes: own.reduce((sum, i) => sum + (tensors[i]?.lengthBytes ?? 0), 0) };
  };
  const shortName = options.repository.split("/").at(-1) ?? options.repository;
  return {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    id: options.id ?? `${shortName}-${options.dtype}`.replaceAll(/[^a-zA-Z0-9._-]+/g, "-"),
    name: options.name ?? shortName,
    dtype: options.dtype,
    source: {
      repository: options.repository,
      revision: options.revision,
      base: options.base,
      licence: options.licence ?? config.licence,
    },
    architecture,
    files: paths.map((path) => ({ path, sizeBytes: description.export.files.get(path) ?? 0 })),
    tensors,
    layers: architecture.kv.map((_, i) => part(i)),
    embedding: part("embedding"),
    head: part("head"),
    shared: tensors.flatMap((t, tensor) => {
      const users = usedBy.get(t.name) ?? [];
      return users.length > 1 ? [{ tensor, usedBy: users }] : [];
    }),
    cuts,
    skeleton: await sideFile(skeletonPath, skeleton),
    tokenizer: await textFilesOf(source, options.signal),
  };
}

async function textFilesOf(source: ByteSource, signal: AbortSignal | undefined): Promise<TokenizerFile[]> {
  const found: TokenizerFile[] = [];
  for (const { path, role } of textFiles) {
    const bytes = await readWhole(source, path, signal);
    if (bytes !== null) found.push({ ...(await sideFile(path, bytes)), role });
  }
  if (!found.some((f) => f.role === "tokenizer"))
    throw new GraphError("config", `${source.label} has no tokenizer.json.`);
  return found;
}

async function sideFile(path: string, bytes: Uint8Array): Promise<SideFile> {
  return { path, sizeBytes: bytes.byteLength, sha256: await sha256Hex(bytes) };
}
