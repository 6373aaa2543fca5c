import type { ShardPlan } from "@potluck/model";
import { type Activations, type BackendRun, type RowsIn, wantedRows } from "./backend.ts";
import { bytesOf } from "./gpu-cache.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { type OwnedBuffers, withinGpuMemory } from "./owned-buffers.ts";

/**
 * The rows of a run on their way into and out of the GPU, in buffers that live as long as the shard. Handing the runtime
 * CPU tensors instead costs it an upload and a download of its own in every run, some 4 of 7 ms.
 */
export class GpuRows {
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #plan: ShardPlan;
  readonly #buffers: OwnedBuffers;
  readonly #input: GPUBuffer;
  #output: GPUBuffer;
  #staging: GPUBuffer;

  /** Throws what `createBuffer` throws; the buffers belong to `buffers`. */
  constructor(ort: Ort, device: GPUDevice, plan: ShardPlan, buffers: OwnedBuffers, maxChunk: number) {
    this.#ort = ort;
    this.#device = device;
    this.#plan = plan;
    this.#buffers = buffers;
    const { hiddenSize, vocabSize } = plan.manifest.architecture;
    const hiddenBytes = maxChunk * hiddenSize * bytesOf(plan.activation);
    const { input, output } = plan.io;
    this.#input = buffers.create(
      "rows in",
      input.kind === "tokens" ? maxChunk * 8 : hiddenBytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
    const outputBytes = output.kind === "hidden" ? hiddenBytes : vocabSize * 4;
    this.#output = this.#outputBuffer(outputBytes);
    this.#staging = this.#stagingBuffer(outputBytes);
  }

  #outputBuffer(sizeBytes: number): GPUBuffer {
    return this.#buffers.create(
      "rows out",
      sizeBytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
  }

  #stagingBuffer(sizeBytes: number): GPUBuffer {
    return this.#buffers.create("rows read back", sizeBytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Writes the rows and returns the tensor to feed. */
  write(rows: RowsIn, count: number): OrtTensor {
    switch (rows.kind) {
      case "tokens":
        this.#device.queue.writeBuffer(this.#input, 0, BigInt64Array.from(rows.ids, BigInt));
        return this.#ort.Tensor.fromGpuBuffer(this.#input, { dataType: "int64", dims: [1, count] });
      case "hidden": {
        const { values } = rows;
        this.#device.queue.writeBuffer(this.#input, 0, values.buffer, values.byteOffset, values.byteLength);
        return this.#ort.Tensor.fromGpuBuffer(this.#input, {
          dataType: values instanceof Float32Array ? "float32" : "float16",
          dims: [1, count, this.#plan.manifest.architecture.hiddenSize],
        });
      }
      default:
        return rows satisfies never;
    }
  }

  /** The tensor that a run writes its output into. Throws `out-of-memory` when there is no room for so many logits. */
  async target(run: BackendRun): Promise<OrtTensor> {
    const { io, activation, manifest } = this.#plan;
    const { hiddenSize, vocabSize } = manifest.architecture;
    if (io.output.kind === "hidden")
      return this.#ort.Tensor.fromGpuBuffer(this.#output, {
        dataType: activation === "f32" ? "float32" : "float16",
        dims: [1, run.count, hiddenSize],
      });
    const rows = io.output.rows === null ? run.count : wantedRows(run);
    await this.#makeRoom(rows * vocabSize * 4);
    return this.#ort.Tensor.fromGpuBuffer(this.#output, { dataType: "float32", dims: [1, rows, vocabSize] });
  }

  /** Logits of many rows are wanted only where guesses are verified, so their buffers grow when that happens. */
  async #makeRoom(sizeBytes: number): Promise<void> {
    if (sizeBytes <= this.#output.size) return;
    const made: GPUBuffer[] = [];
    try {
      await withinGpuMemory(this.#device, () => {
        made.push(this.#outputBuffer(sizeBytes));
        made.push(this.#stagingBuffer(sizeBytes));
      });
    } catch (error) {
      for (const buffer of made) this.#buffers.destroy(buffer);
      throw error;
    }
    const [output, staging] = made;
    if (output === undefined || staging === undefined) return;
    this.#buffers.destroy(this.#output);
    this.#buffers.destroy(this.#staging);
    this.#output = output;
    this.#staging = staging;
  }

  /** Hidden rows `[count, hiddenSize]` or the wanted rows' logits, copied out of the GPU. */
  async read(run: BackendRun): Promise<Activations> {
    const { io, activation, manifest } = this.#plan;
    const { hiddenSize, vocabSize } = manifest.architecture;
    const logits = io.output.kind === "logits";
    const rows = wantedRows(run);
    if (logits && rows === 0) return new Float32Array(0);
    // An uncut graph gives the logits of all rows; the wanted ones are the last.
    const from = io.output.kind === "logits" && io.output.rows === null ? (run.count - rows) * vocabSize * 4 : 0;
    const sizeBytes = logits ? rows * vocabSize * 4 : run.count * hiddenSize * bytesOf(activation);
    const copiedBytes = Math.ceil(sizeBytes / 4) * 4;
    const encoder = this.#device.createCommandEncoder({ label: "read rows back" });
    encoder.copyBufferToBuffer(this.#output, from, this.#staging, 0, copiedBytes);
    this.#device.queue.submit([encoder.finish()]);

    await this.#staging.mapAsync(GPUMapMode.READ, 0, copiedBytes);
    try {
      const bytes = this.#staging.getMappedRange(0, copiedBytes).slice(0, sizeBytes);
      return logits || activation === "f32" ? new Float32Array(bytes) : new Uint16Array(bytes);
    } finally {
      this.#staging.unmap();
    }
  }
}
