import type { ShardIo } from "@potluck/model";
import { type BackendRun, wantedRows } from "./backend.ts";
import { controlFeeds } from "./feeds.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import type { OwnedBuffers } from "./owned-buffers.ts";

/**
 * What a run is told beside its rows. What shaders read lies in buffers that live as long as the shard; what the runtime
 * itself reads (the longest length) or what goes through nodes that it runs on the CPU (mask, positions) stays a CPU tensor,
 * which on the GPU it would have to fetch back.
 */
export class GpuControls {
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #io: ShardIo;
  readonly #last: GPUBuffer;
  readonly #rows: GPUBuffer;

  /** Throws what `createBuffer` throws; the buffers belong to `buffers`. */
  constructor(ort: Ort, device: GPUDevice, io: ShardIo, buffers: OwnedBuffers, maxChunk: number) {
    this.#ort = ort;
    this.#device = device;
    this.#io = io;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.#last = buffers.create("rows counted", 4, usage);
    this.#rows = buffers.create("rows wanted", maxChunk * 8, usage);
  }

  feeds(run: BackendRun): Record<string, OrtTensor> {
    const feeds = controlFeeds(this.#ort, this.#io, run);
    const { lengths, output } = this.#io;
    if (lengths !== null) {
      this.#device.queue.writeBuffer(this.#last, 0, Int32Array.of(run.position + run.count - 1));
      feeds[lengths.last] = this.#ort.Tensor.fromGpuBuffer(this.#last, { dataType: "int32", dims: [1] });
    }
    if (output.kind === "logits" && output.rows !== null) {
      const count = wantedRows(run);
      const from = run.count - count;
      const rows = BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i));
      this.#device.queue.writeBuffer(this.#rows, 0, rows);
      feeds[output.rows] = this.#ort.Tensor.fromGpuBuffer(this.#rows, { dataType: "int64", dims: [count] });
    }
    return feeds;
  }
}
