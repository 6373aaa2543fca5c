import type { KvShape, Manifest } from "../manifest/manifest.ts";
import type { ShardRange } from "./shard.ts";

/** What a tab downloads for a range, in bytes; tensors that several of its parts share count once. */
export function shardWeightBytes(manifest: Manifest, range: ShardRange): number {
  const { layerCount } = manifest.architecture;
  const hasEmbedding = range.from === 0;
  const hasHead = range.to === layerCount;
  let bytes = (hasEmbedding ? manifest.embedding.weightBytes : 0) + (hasHead ? manifest.head.weightBytes : 0);
  for (const layer of manifest.layers.slice(range.from, range.to)) bytes += layer.weightBytes;
  for (const { tensor, usedBy } of manifest.shared) {
    const isUsed = usedBy.some((part) => {
      if (part === "embedding") return hasEmbedding;
      if (part === "head") return hasHead;
      return part >= range.from && part < range.to;
    });
    if (isUsed) bytes += manifest.tensors[tensor]?.lengthBytes ?? 0;
  }
  return bytes;
}

/** KV cache of one position over the range's layers, in bytes. */
export function kvBytesPerToken(manifest: Manifest, range: ShardRange): number {
  return manifest.architecture.kv.slice(range.from, range.to).reduce((sum, kv) => sum + layerKvBytes(kv), 0);
}

/** Key and value of one position of one layer, in bytes. */
export function layerKvBytes(kv: KvShape): number {
  return 2 * kv.kvHeads * kv.headDim * (kv.dtype === "f16" ? 2 : 4);
}
