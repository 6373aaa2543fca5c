import type { ActivationDtype, KvShape, Manifest, TensorLocation } from "../manifest/manifest.ts";

/** A contiguous range of layers, `from` inclusive, `to` exclusive; layer 0 brings the embedding, the last one the head. */
export interface ShardRange {
  readonly from: number;
  readonly to: number;
}

/** Names in the shard's graph that the engine feeds and fetches. */
export interface ShardIo {
  /** `[1, count]` int64 token ids, or `[1, count, hiddenSize]` hidden states. */
  readonly input:
    | { readonly kind: "tokens"; readonly name: string }
    | { readonly kind: "hidden"; readonly name: string };
  /**
   * `[1, count, hiddenSize]` hidden states, or f32 logits `[1, rows.length, vocabSize]` of the positions listed in the
   * int64 `[n]` input `rows` (indices into the run's `count` positions), so that a prefill computes no logits in vain.
   * `rows` is null in an uncut graph, which gives the logits of all positions.
   */
  readonly output:
    | { readonly kind: "hidden"; readonly name: string }
    | { readonly kind: "logits"; readonly name: string; readonly rows: string | null };
  /** int64 `[1, past + count]` of ones, when the graph has it. */
  readonly attentionMask: string | null;
  /**
   * Where every layer has grouped attention: int32 `[batch]`, the position of each sequence's last row, and an int32
   * scalar, the longest sequence's length. They stand for the mask, which then is no input.
   */
  readonly lengths: { readonly last: string; readonly total: string } | null;
  /** int64 `[1, count]` absolute positions, when the graph has it. */
  readonly positionIds: string | null;
  /** One entry a layer, in order. */
  readonly kv: readonly (KvShape & {
    readonly pastKey: string;
    readonly pastValue: string;
    readonly presentKey: string;
    readonly presentValue: string;
  })[];
}

/** Everything the engine needs to run a shard except its weights. */
export interface ShardPlan {
  readonly manifest: Manifest;
  readonly range: ShardRange;
  readonly io: ShardIo;
  readonly activation: ActivationDtype;
  /** ONNX bytes whose weights are external data in the one file `weightsPath`. */
  readonly graph: Uint8Array;
  readonly weightsPath: string;
  /** The weights in the order and at the offsets at which the graph expects them in `weightsPath`. */
  readonly weights: readonly { readonly tensor: TensorLocation; readonly at: number }[];
  readonly weightBytes: number;
  /** KV bytes of one position over all layers of the shard. */
  readonly kvBytesPerToken: number;
}
