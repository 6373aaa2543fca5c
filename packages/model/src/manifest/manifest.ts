/**
 * The description of one published export in one dtype: everything a tab needs to build and check any shard of it,
 * without the weights. Written by the model tool, read by tabs and by the coordinator. Numbers named `…Bytes` are bytes.
 */
export const MANIFEST_FORMAT = "potluck-manifest";
export const MANIFEST_VERSION = 1;
/** Weights are hashed, fetched and cached in pieces of at most this many bytes, so that a broken download loses little. */
export const pieceBytes: number = 4 * 1024 * 1024;

export type ActivationDtype = "f32" | "f16";

/** A contiguous piece of one tensor's bytes. Lower-case hex SHA-256. */
export interface Piece {
  readonly lengthBytes: number;
  readonly sha256: string;
}

/** Where a weight tensor's bytes are. Its pieces follow each other from `offset` on and add up to `lengthBytes`. */
export interface TensorLocation {
  /** Name of the initializer in the skeleton. */
  readonly name: string;
  /** Index into {@link Manifest.files}. */
  readonly file: number;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly pieces: readonly Piece[];
}

export interface SourceFile {
  /** Relative to {@link ModelSource.base}, for example `onnx/model_q4f16.onnx_data`. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface ModelSource {
  /** What people call it: a hub repository (`onnx-community/Qwen3-0.6B-ONNX`) or a folder's name. */
  readonly repository: string;
  /** Commit hash on the hub, or `local`. */
  readonly revision: string;
  /** URL that file paths are relative to; itself relative to the manifest's URL unless absolute. Ends in a slash. */
  readonly base: string;
  /** SPDX id or the card's words; null when the source names none. */
  readonly licence: string | null;
}

/** A file beside the manifest that belongs to it. Path relative to the manifest. */
export interface SideFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A tokenizer file of the source. Path relative to {@link ModelSource.base}. */
export interface TokenizerFile extends SideFile {
  readonly role:
    | "tokenizer"
    | "tokenizer-config"
    | "special-tokens-map"
    | "generation-config"
    | "config"
    | "chat-template";
}

/** KV cache of one layer, one position: both tensors together. */
export interface KvShape {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly dtype: ActivationDtype;
}

export interface Architecture {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** Dtype of the residual stream at the cuts. */
  readonly activation: ActivationDtype;
  /** `gqa`: fused GroupQueryAttention, static caches possible; `plain`: caches grow. */
  readonly attention: "gqa" | "plain";
  /** A layer may differ from another (sliding windows, shared KV do not change these). One entry a layer. */
  readonly kv: readonly KvShape[];
  readonly stopTokens: readonly number[];
}

/** What the cut needs to know of one layer. Tensor numbers index {@link Manifest.tensors}. */
export interface LayerPart {
  /** Weights used by this layer and no other part. */
  readonly tensors: readonly number[];
  readonly weightBytes: number;
}

/**
 * One boundary: between layer `layer - 1` and `layer`. Boundary 0 is the embedding's output, boundary `layerCount` the
 * input of the final norm; the model can be cut there too.
 */
export interface Cut {
  readonly layer: number;
  /** Residual stream in the uncut graph, or the two tensors whose sum it is (fused skip norms). */
  readonly tensors: readonly [string] | readonly [string, string];
}

/** Hidden states of a fixed short prompt at every layer boundary, for the check that gates joining. */
export interface KnownAnswers {
  /** Little-endian f32: `[layerCount + 1 boundaries][promptIds.length][hiddenSize]`, then logits `[vocabSize]` of the last position. Boundary 0 is the embedding's output, boundary `layerCount` the input of the final norm. */
  readonly file: SideFile;
  readonly promptIds: readonly number[];
  /** Largest accepted |got - want| / (rms of want's row + 1), over hidden values and over logits. */
  readonly tolerance: number;
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: typeof MANIFEST_VERSION;
  /** Id of the model in the swarm; a protocol ModelId. */
  readonly id: string;
  readonly name: string;
  /** The export's file suffix: `q4`, `q4f16`, `fp16`, `fp32`, … */
  readonly dtype: string;
  readonly source: ModelSource;
  readonly architecture: Architecture;
  readonly files: readonly SourceFile[];
  readonly tensors: readonly TensorLocation[];
  readonly layers: readonly LayerPart[];
  readonly embedding: LayerPart;
  readonly head: LayerPart;
  /** Used by several parts (rotary caches, tied embeddings); each shard that needs one loads it once. */
  readonly shared: readonly { readonly tensor: number; readonly usedBy: readonly PartName[] }[];
  /** One entry a boundary, `layerCount + 1` in all, in order. */
  readonly cuts: readonly Cut[];
  /** The weight-free graph, ONNX protobuf. */
  readonly skeleton: SideFile;
  readonly tokenizer: readonly TokenizerFile[];
  readonly knownAnswers: KnownAnswers;
}

/** A layer's index, or one of the two ends. */
export type PartName = number | "embedding" | "head";
