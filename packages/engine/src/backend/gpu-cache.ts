import type { ShardIo } from "@potluck/model";
import type { KvCache } from "./backend.ts";
import type { OrtTensor } from "./ort.ts";

/** KV on the GPU, as the WebGPU shard feeds and fetches it. */
export interface GpuCache extends KvCache {
  /** Tensors for the past inputs. */
  feeds(): Record<string, OrtTensor>;
  /** What to fetch for the present outputs: a tensor to write into, or null to let the runtime allocate. */
  fetches(): Record<string, OrtTensor | null>;
  /** Adopts what a run returned. */
  take(results: Readonly<Record<string, OrtTensor>>): void;
}

/** Past input and present output of every cache tensor of a shard. */
export function cacheTensors(kv: ShardIo["kv"]): { past: string; present: string; layer: ShardIo["kv"][number] }[] {
  return kv.flatMap((layer) => [
    { past: layer.pastKey, present: layer.presentKey, layer },
    { past: layer.pastValue, present: layer.presentValue, layer },
  ]);
}

export const bytesOf = (dtype: "f32" | "f16"): number => (dtype === "f32" ? 4 : 2);

/** A buffer `[heads, capacity, headDim]` of keys or values. */
interface Heads {
  readonly buffer: GPUBuffer;
  readonly capacity: number;
  /** Where the session's heads begin, where the buffer holds others' too. */
  readonly firstHead?: number;
}

/** Copies the first `positions` of every head of a layer. */
export function copyPositions(
  encoder: GPUCommandEncoder,
  layer: ShardIo["kv"][number],
  from: Heads,
  to: Heads,
  positions: number,
): void {
  const rowBytes = layer.headDim * bytesOf(layer.dtype);
  if (positions === 0) return;
  for (let head = 0; head < layer.kvHeads; head++)
    encoder.copyBufferToBuffer(
      from.buffer,
      ((from.firstHead ?? 0) + head) * from.capacity * rowBytes,
      to.buffer,
      ((to.firstHead ?? 0) + head) * to.capacity * rowBytes,
      positions * rowBytes,
    );
}
