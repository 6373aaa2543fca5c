import type { ShardIo } from "@potluck/model";
import { bytesOf, cacheTensors, copyPositions } from "./gpu-cache.ts";
import { dissolveIfSparse, goesOn, type GroupMember, lengthsIn, sharedGroup } from "./group-place.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { OwnedBuffers, withinGpuMemory } from "./owned-buffers.ts";

/** A session's cache as a group sees it. */
export interface GpuGroupMember extends GroupMember<GpuGroup> {
  readonly capacity: number;
  /** The buffer `[1, kvHeads, capacity, headDim]` of a past input, with all positions in it. */
  ownBuffer(past: string): GPUBuffer;
}

/** Capacities are multiples of this, so that a group need not be made anew at every token. */
const roundTo = 256;

/**
 * KV of several sessions in static buffers `[slots, kvHeads, capacity, headDim]`, for runs of one row each. Sessions keep
 * their own buffers, are copied in when they join and back when they leave; in between nothing is copied.
 */
export class GpuGroup {
  readonly capacity: number;
  readonly #device: GPUDevice;
  readonly #kv: ShardIo["kv"];
  readonly #buffers: OwnedBuffers;
  readonly #members: readonly GpuGroupMember[];
  /** By the name of the past input. */
  readonly #slots = new Map<string, { readonly buffer: GPUBuffer; readonly tensor: OrtTensor }>();

  private constructor(device: GPUDevice, kv: ShardIo["kv"], members: readonly GpuGroupMember[], capacity: number) {
    this.#device = device;
    this.#kv = kv;
    this.#members = members;
    this.capacity = capacity;
    this.#buffers = new OwnedBuffers(device);
  }

  /** The members' group, if they should go on in it. */
  static shared(members: readonly GpuGroupMember[], longest: number): GpuGroup | null {
    const group = sharedGroup(members);
    return group !== null && longest < group.capacity && goesOn(group.lengths, members.length, longest) ? group : null;
  }

  /** A new group with copies of the members' first `lengths` positions. Throws `out-of-memory` when there is no room. */
  static async of(
    ort: Ort,
    device: GPUDevice,
    kv: ShardIo["kv"],
    members: readonly GpuGroupMember[],
    lengths: readonly number[],
  ): Promise<GpuGroup> {
    const capacity = Math.ceil((Math.max(...lengths) + 1) / roundTo) * roundTo;
    const group = new GpuGroup(device, kv, members, capacity);
    try {
      await withinGpuMemory(device, () => group.#allocate(ort));
      const encoder = device.createCommandEncoder({ label: "join caches" });
      for (const { past, layer } of cacheTensors(kv))
        for (const [slot, member] of members.entries())
          copyPositions(
            encoder,
            layer,
            { buffer: member.ownBuffer(past), capacity: member.capacity },
            { buffer: group.#buffer(past), capacity, firstHead: slot * layer.kvHeads },
            lengths[slot] ?? 0,
          );
      device.queue.submit([encoder.finish()]);
      return group;
    } catch (error) {
      group.close();
      throw error;
    }
  }

  get lengths(): readonly number[] {
    return lengthsIn<GpuGroup>(this, this.#members);
  }

  slotOf(member: GpuGroupMember): number {
    return this.#members.indexOf(member);
  }

  feeds(): Record<string, OrtTensor> {
    return Object.fromEntries(Array.from(this.#slots, ([past, { tensor }]) => [past, tensor]));
  }

  fetches(): Record<string, OrtTensor> {
    return Object.fromEntries(
      cacheTensors(this.#kv).flatMap(({ past, present }) => {
        const tensor = this.#slots.get(past)?.tensor;
        return tensor === undefined ? [] : [[present, tensor]];
      }),
    );
  }

  /** Copies the first `length` positions of a slot into buffers of capacity `capacity`. */
  copyBack(slot: number, length: number, capacity: number, bufferOf: (past: string) => GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder({ label: "leave a group" });
    for (const { past, layer } of cacheTensors(this.#kv))
      copyPositions(
        encoder,
        layer,
        { buffer: this.#buffer(past), capacity: this.capacity, firstHead: slot * layer.kvHeads },
        { buffer: bufferOf(past), capacity },
        length,
      );
    this.#device.queue.submit([encoder.finish()]);
  }

  /** To be called when a member has left; the last one frees the group. */
  left(): void {
    dissolveIfSparse<GpuGroup>(this, this.#members);
    if (this.#members.every(({ place }) => place?.group !== this)) this.close();
  }

  close(): void {
    this.#buffers.close();
  }

  #allocate(ort: Ort): void {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    for (const { past, layer } of cacheTensors(this.#kv)) {
      const dims = [this.#members.length, layer.kvHeads, this.capacity, layer.headDim];
      const sizeBytes = dims.reduce((product, dim) => product * dim, bytesOf(layer.dtype));
      const buffer = this.#buffers.create(past, sizeBytes, usage);
      const dataType = layer.dtype === "f32" ? "float32" : "float16";
      this.#slots.set(past, { buffer, tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType, dims }) });
    }
  }

  #buffer(past: string): GPUBuffer {
    const slot = this.#slots.get(past);
    if (slot === undefined) throw new Error(`a group without ${past}`);
    return slot.buffer;
  }
}
