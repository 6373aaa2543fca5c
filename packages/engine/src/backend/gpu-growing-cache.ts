import type { ShardIo } from "@potluck/model";
import { bytesOf, cacheTensors, copyPositions, type GpuCache } from "./gpu-cache.ts";
import { emptyTensor } from "./growing-cache.ts";
import type { Ort, OrtTensor } from "./ort.ts";

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
      const tensor = this.#past.get(past);
      if (tensor === undefined) throw new Error(`a cache without ${past}`);
      return [past, this.#keep(encoder, layer, tensor, length)] as const;
    });
    this.#device.queue.submit([encoder.finish()]);
    this.#replace(new Map(kept));
  }

  close(): void {
    this.#replace(new Map());
    this.#onClose();
  }

  /** `tensor` itself when it is no longer than `length`, else a copy of its first positions that owns its buffer. */
  #keep(encoder: GPUCommandEncoder, layer: ShardIo["kv"][number], tensor: OrtTensor, length: number): OrtTensor {
    const past = tensor.dims[2] ?? 0;
    if (past <= length) return tensor;
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
