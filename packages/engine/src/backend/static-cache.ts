import type { ShardIo } from "@potluck/model";
import type { KvCache } from "./backend.ts";
import { bytesOf, cacheTensors, copyPositions, type GpuCache } from "./gpu-cache.ts";
import type { GpuGroup, GpuGroupMember } from "./gpu-group.ts";
import type { GroupPlace } from "./group-place.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { OwnedBuffers, withinGpuMemory } from "./owned-buffers.ts";

interface Slot {
  readonly buffer: GPUBuffer;
  readonly tensor: OrtTensor;
}

/**
 * KV in buffers `[1, kvHeads, capacity, headDim]` that are past and present at once: GroupQueryAttention writes the new
 * positions in place, and what lies behind the session's length is never read, so truncating costs nothing. While the
 * session runs together with others, its positions are in a group's buffers instead.
 */
export class StaticCache implements GpuCache, GpuGroupMember {
  capacity: number;
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #kv: ShardIo["kv"];
  readonly #onClose: () => void;
  readonly #buffers: OwnedBuffers;
  /** By the name of the past input. */
  #slots: Map<string, Slot>;
  #place: GroupPlace<GpuGroup> | null = null;

  private constructor(ort: Ort, device: GPUDevice, kv: ShardIo["kv"], capacity: number, onClose: () => void) {
    this.#ort = ort;
    this.#device = device;
    this.#kv = kv;
    this.capacity = capacity;
    this.#onClose = onClose;
    this.#buffers = new OwnedBuffers(device);
    this.#slots = new Map();
  }

  /** Throws `out-of-memory` when the device has no room. */
  static async open(
    ort: Ort,
    device: GPUDevice,
    kv: ShardIo["kv"],
    capacity: number,
    onClose: () => void,
  ): Promise<StaticCache> {
    const cache = new StaticCache(ort, device, kv, capacity, onClose);
    try {
      cache.#slots = await withinGpuMemory(device, () => cache.#allocate(capacity));
    } catch (error) {
      cache.#buffers.close();
      throw error;
    }
    return cache;
  }

  get place(): GroupPlace<GpuGroup> | null {
    return this.#place;
  }

  /** Its positions are in a group from now on. */
  join(place: GroupPlace<GpuGroup>): void {
    const before = this.#place?.group;
    this.#place = place;
    if (before !== place.group) before?.left();
  }

  leave(): void {
    const place = this.#place;
    if (place === null) return;
    this.#place = null;
    place.group.copyBack(place.slot, place.length, this.capacity, (past) => this.#slot(this.#slots, past).buffer);
    place.group.left();
  }

  ownBuffer(past: string): GPUBuffer {
    this.leave();
    return this.#slot(this.#slots, past).buffer;
  }

  feeds(): Record<string, OrtTensor> {
    this.leave();
    return Object.fromEntries(Array.from(this.#slots, ([name, slot]) => [name, slot.tensor]));
  }

  fetches(): Record<string, OrtTensor> {
    return Object.fromEntries(
      cacheTensors(this.#kv).map(({ past, present }) => [present, this.#slot(this.#slots, past).tensor]),
    );
  }

  take(): void {
    // The run wrote in place.
  }

  async grow(capacity: number, length: number): Promise<void> {
    const made: GPUBuffer[] = [];
    this.leave();
    try {
      const slots = await withinGpuMemory(this.#device, () => this.#allocate(capacity, made));
      this.#copyInto(length, capacity, (past) => this.#slot(slots, past).buffer);
      for (const slot of this.#slots.values()) this.#buffers.destroy(slot.buffer);
      this.#slots = slots;
      this.capacity = capacity;
    } catch (error) {
      for (const buffer of made) this.#buffers.destroy(buffer);
      throw error;
    }
  }

  async truncate(length: number): Promise<void> {
    // Of its own buffers only the runner's length counts.
    if (this.#place !== null) this.#place = { ...this.#place, length: Math.min(length, this.#place.length) };
  }

  async copyFrom(from: KvCache, length: number): Promise<void> {
    if (!(from instanceof StaticCache)) throw new TypeError("a cache of another backend");
    // None of its positions count, so there is nothing to take along.
    this.#forgetPlace();
    from.#copyInto(length, this.capacity, (past) => this.#slot(this.#slots, past).buffer);
  }

  /** Copies positions, wherever they are; they stay there. */
  #copyInto(length: number, capacity: number, bufferOf: (past: string) => GPUBuffer): void {
    if (this.#place !== null) return this.#place.group.copyBack(this.#place.slot, length, capacity, bufferOf);
    const encoder = this.#device.createCommandEncoder({ label: "copy a cache" });
    for (const { past, layer } of cacheTensors(this.#kv))
      copyPositions(
        encoder,
        layer,
        { buffer: this.#slot(this.#slots, past).buffer, capacity: this.capacity },
        { buffer: bufferOf(past), capacity },
        length,
      );
    this.#device.queue.submit([encoder.finish()]);
  }

  close(): void {
    this.#forgetPlace();
    this.#buffers.close();
    this.#slots = new Map();
    this.#onClose();
  }

  #forgetPlace(): void {
    const group = this.#place?.group;
    this.#place = null;
    group?.left();
  }

  #allocate(capacity: number, made: GPUBuffer[] = []): Map<string, Slot> {
    return new Map(
      cacheTensors(this.#kv).map(({ past, layer }) => {
        const dims = [1, layer.kvHeads, capacity, layer.headDim];
        const buffer = this.#buffers.create(
          past,
          layer.kvHeads * capacity * layer.headDim * bytesOf(layer.dtype),
          GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
        );
        made.push(buffer);
        const dataType = layer.dtype === "f32" ? "float32" : "float16";
        return [past, { buffer, tensor: this.#ort.Tensor.fromGpuBuffer(buffer, { dataType, dims }) }] as const;
      }),
    );
  }

  #slot(slots: ReadonlyMap<string, Slot>, past: string): Slot {
    const slot = slots.get(past);
    if (slot === undefined) throw new Error(`a cache without ${past}`);
    return slot;
  }
}
