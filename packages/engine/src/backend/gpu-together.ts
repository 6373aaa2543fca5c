import type { ShardPlan } from "@potluck/model";
import type { Activations, BackendOutput, CacheRun } from "./backend.ts";
import { bytesOf } from "./gpu-cache.ts";
import { GpuGroup } from "./gpu-group.ts";
import type { Ort, OrtSession, OrtTensor } from "./ort.ts";
import { type OwnedBuffers, withinGpuMemory } from "./owned-buffers.ts";
import { slotFeeds, type SlotRow } from "./slot-feeds.ts";
import { StaticCache } from "./static-cache.ts";

export interface GpuTogetherParts {
  readonly ort: Ort;
  readonly device: GPUDevice;
  readonly session: OrtSession;
  readonly plan: ShardPlan;
  readonly buffers: OwnedBuffers;
  readonly now: () => number;
}

interface RowBuffers {
  readonly slots: number;
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
  readonly staging: GPUBuffer;
}

/**
 * One row of each of several sessions in one run on the GPU: as long as reading the weights is what a run costs, it costs
 * what one row does. GroupQueryAttention takes a length a session; sums may come in another order than alone.
 */
export class GpuTogether {
  readonly #parts: GpuTogetherParts;
  #rows: RowBuffers | null = null;

  constructor(parts: GpuTogetherParts) {
    this.#parts = parts;
  }

  /** Throws `out-of-memory` when there is no room for a group, with all caches as they were. */
  async run(runs: readonly CacheRun[]): Promise<BackendOutput[]> {
    const { ort, plan, session, now } = this.#parts;
    const { io } = plan;
    const startedAt = now();
    const members = runs.map(({ cache, run }) => {
      if (!(cache instanceof StaticCache)) throw new TypeError("a cache of another backend");
      return { cache, run };
    });
    const { group, isNew } = await this.#groupOf(members);
    try {
      const slots: SlotRow[] = group.lengths.map((position) => ({ position, input: null }));
      for (const { cache, run } of members) slots[group.slotOf(cache)] = run;
      const rows = await this.#rowBuffers(slots.length);
      // The GPU can't give no rows of logits, so they are computed even where nobody wants them.
      const { [io.input.name]: given, ...controls } = slotFeeds(ort, plan, slots, true);
      if (given === undefined) throw new Error("no rows to feed");
      this.#parts.device.queue.writeBuffer(rows.input, 0, given.data as BigInt64Array<ArrayBuffer>);
      const input = this.#tensor(rows.input, given.type, given.dims);
      const width = this.#outputWidth();
      const output = this.#tensor(rows.output, this.#outputType(), [slots.length, 1, width]);
      await session.run(
        { ...controls, [io.input.name]: input, ...group.feeds() },
        { [io.output.name]: output, ...group.fetches() },
      );
      const dispatchedAt = now();
      const logits = runs.every(({ run }) => run.logitsFrom !== null);
      const values = io.output.kind === "logits" && !logits ? null : await this.#read(rows, slots.length * width);
      for (const { cache, run } of members) cache.join({ group, slot: group.slotOf(cache), length: run.position + 1 });
      const [computeMs, readBackMs] = [dispatchedAt - startedAt, now() - dispatchedAt];
      return members.map(({ cache }) => {
        const at = group.slotOf(cache) * width;
        return { values: values?.slice(at, at + width) ?? new Float32Array(0), computeMs, readBackMs };
      });
    } catch (error) {
      if (isNew) group.close();
      throw error;
    }
  }

  async #groupOf(
    members: readonly { readonly cache: StaticCache; readonly run: CacheRun["run"] }[],
  ): Promise<{ group: GpuGroup; isNew: boolean }> {
    const { ort, device, plan } = this.#parts;
    const caches = members.map(({ cache }) => cache);
    const lengths = members.map(({ run }) => run.position);
    const shared = GpuGroup.shared(caches, Math.max(...lengths));
    return shared === null
      ? { group: await GpuGroup.of(ort, device, plan.io.kv, caches, lengths), isNew: true }
      : { group: shared, isNew: false };
  }

  /** Buffers for at least so many rows, kept from run to run. */
  async #rowBuffers(slots: number): Promise<RowBuffers> {
    if (this.#rows !== null && this.#rows.slots >= slots) return this.#rows;
    const { device, buffers, plan } = this.#parts;
    const inputBytes =
      plan.io.input.kind === "tokens" ? 8 : plan.manifest.architecture.hiddenSize * bytesOf(plan.activation);
    const outputBytes = this.#outputWidth() * (this.#outputType() === "float32" ? 4 : 2);
    const onGpu = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const made = await withinGpuMemory(device, () => ({
      slots,
      input: buffers.create("rows in, together", slots * inputBytes, onGpu),
      output: buffers.create("rows out, together", slots * outputBytes, onGpu),
      staging: buffers.create(
        "rows read back, together",
        slots * outputBytes,
        GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      ),
    }));
    for (const old of this.#rows === null ? [] : [this.#rows.input, this.#rows.output, this.#rows.staging])
      buffers.destroy(old);
    this.#rows = made;
    return made;
  }

  #outputWidth(): number {
    const { io, manifest } = this.#parts.plan;
    return io.output.kind === "hidden" ? manifest.architecture.hiddenSize : manifest.architecture.vocabSize;
  }

  #outputType(): "float32" | "float16" {
    const { io, activation } = this.#parts.plan;
    return io.output.kind === "logits" || activation === "f32" ? "float32" : "float16";
  }

  #tensor(buffer: GPUBuffer, type: string, dims: readonly number[]): OrtTensor {
    const dataType = type === "int64" || type === "float16" ? type : "float32";
    return this.#parts.ort.Tensor.fromGpuBuffer(buffer, { dataType, dims });
  }

  async #read({ output, staging }: RowBuffers, count: number): Promise<Activations> {
    const { device } = this.#parts;
    const isFloat = this.#outputType() === "float32";
    const sizeBytes = Math.ceil((count * (isFloat ? 4 : 2)) / 4) * 4;
    const encoder = device.createCommandEncoder({ label: "read rows back" });
    encoder.copyBufferToBuffer(output, 0, staging, 0, sizeBytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, sizeBytes);
    try {
      const bytes = staging.getMappedRange(0, sizeBytes).slice(0);
      return isFloat ? new Float32Array(bytes) : new Uint16Array(bytes);
    } finally {
      staging.unmap();
    }
  }
}
