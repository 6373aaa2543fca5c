import type { ShardIo } from "@potluck/model";
import type { KvCache } from "./backend.ts";
import { bytesOf, cacheTensors, copyPositions, type GpuCache } from "./gpu-cache.ts";
import { emptyTensor } from "./growing-cache.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { withinGpuMemory } from "./owned-buffers.ts";

/** KV on the GPU for plain attention, whose graph concatenates: every run returns new tensors, one run longer. */
export class GpuGrowingCache implements GpuCache {
  capacity: number;
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #kv: ShardIo["kv"];
  readonly #onClose: () => void;
  /** By the name of the past input. */
  #past: Map<string, OrtTensor>;

  constructor(ort: Ort, device: GPUDevice, kv: ShardIo["kv"], capacity: number, onClose: () => void) {
    this.#ort = ort;
    this.#device = device;
    this.#kv = kv;
    this.capacity = capacity;
    this.#onClose = onClose;
    this.#past = this.#empty();
  }

  feeds(): Record<string, OrtTensor> {
    return Object.fromEntries(this.#past);
  }

  fetches(): Record<string, null> {
    return Object.fromEntries(cacheTensors(this.#kv).map(({ present }) => [present, null]));
  }

  take(results: Readonly<Record<string, OrtTensor>>): void {
    this.#replace(
      new Map(
        cacheTensors(this.#kv).map(({ past, present }) => {
          const tensor = results[present];
          if (tensor === undefined) throw new Error(`no output ${present}`);
          return [past, tensor] as const;
        }),
      ),
    );
  }

  async grow(capacity: number): Promise<void> {
    this.capacity = capacity;
  }

  async truncate(length: number): Promise<void> {
    if (length === 0) return this.#replace(this.#empty());
    const encoder = this.#device.createCommandEncoder({ label: "truncate a cache" });
    const kept = cacheTensors(this.#kv).map(({ past, layer }) => {
      const tensor = this.#tensor(past);
      return [past, (tensor.dims[2] ?? 0) <= length ? tensor : this.#copy(encoder, layer, tensor, length)] as const;
    });
    this.#device.queue.submit([encoder.finish()]);
    this.#replace(new Map(kept));
  }

  async copyFrom(from: KvCache, length: number): Promise<void> {
    if (!(from instanceof GpuGrowingCache)) throw new TypeError("a cache of another backend");
    const encoder = this.#device.createCommandEncoder({ label: "copy a cache" });
    const copies = new Map<string, OrtTensor>();
    try {
      await withinGpuMemory(this.#device, () => {
        for (const { past, layer } of cacheTensors(this.#kv))
          copies.set(past, this.#copy(encoder, layer, from.#tensor(past), length));
      });
      this.#device.queue.submit([encoder.finish()]);
    } catch (error) {
      for (const copy of copies.values()) copy.dispose();
      throw error;
    }
    this.#replace(copies);
  }

  close(): void {
    this.#replace(new Map());
    this.#onClose();
  }

  #tensor(past: string): OrtTensor {
    const tensor = this.#past.get(past);
    if (tensor === undefined) throw new Error(`a cache without ${past}`);
    return tensor;
  }

  /** The first `length` positions of `tensor` in a buffer of their own. */
  #copy(encoder: GPUCommandEncoder, layer: ShardIo["kv"][number], tensor: OrtTensor, length: number): OrtTensor {
    const past = tensor.dims[2] ?? 0;
    const buffer = this.#device.createBuffer({
      size: Math.ceil((layer.kvHeads * length * layer.headDim * bytesOf(layer.dtype)) / 16) * 16,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    copyPositions(encoder, layer, { buffer: tensor.gpuBuffer, capacity: past }, { buffer, capacity: length }, length);
    return this.#ort.Tensor.fromGpuBuffer(buffer, {
      dataType: layer.dtype === "f32" ? "float32" : "float16",
      dims: [1, layer.kvHeads, length, layer.headDim],
      dispose: () => buffer.destroy(),
    });
  }

  #empty(): Map<string, OrtTensor> {
    return new Map(cacheTensors(this.#kv).map(({ past, layer }) => [past, emptyTensor(this.#ort, layer)] as const));
  }

  #replace(next: Map<string, OrtTensor>): void {
    for (const [name, tensor] of this.#past) if (next.get(name) !== tensor) tensor.dispose();
    this.#past = next;
  }
}
