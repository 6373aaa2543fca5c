import type { ShardPlan } from "@potluck/model";
import type { Activations, RowsIn } from "./backend.ts";
import { bytesOf } from "./gpu-cache.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import type { OwnedBuffers } from "./owned-buffers.ts";

/**
 * The rows of a run on their way into and out of the GPU, in buffers that live as long as the shard. Handing the runtime
 * CPU tensors instead costs it an upload and a download of its own in every run, some 4 of 7 ms.
 */
export class GpuRows {
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #plan: ShardPlan;
  readonly #input: GPUBuffer;
  readonly #output: GPUBuffer;
  readonly #staging: GPUBuffer;

  /** Throws what `createBuffer` throws; the buffers belong to `buffers`. */
  constructor(ort: Ort, device: GPUDevice, plan: ShardPlan, buffers: OwnedBuffers, maxChunk: number) {
    this.#ort = ort;
    this.#device = device;
    this.#plan = plan;
    const { hiddenSize, vocabSize } = plan.manifest.architecture;
    const hiddenBytes = maxChunk * hiddenSize * bytesOf(plan.activation);
    const { input, output } = plan.io;
    this.#input = buffers.create(
      "rows in",
      input.kind === "tokens" ? maxChunk * 8 : hiddenBytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
    const logitsRows = output.kind === "logits" && output.rows === null ? maxChunk : 1;
    this.#output = buffers.create(
      "rows out",
      output.kind === "hidden" ? hiddenBytes : logitsRows * vocabSize * 4,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
    this.#staging = buffers.create(
      "rows read back",
      output.kind === "hidden" ? hiddenBytes : vocabSize * 4,
      GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    );
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

  /** The tensor that a run of `count` rows writes its output into. */
  target(count: number): OrtTensor {
    const { io, activation, manifest } = this.#plan;
    const { hiddenSize, vocabSize } = manifest.architecture;
    return io.output.kind === "hidden"
      ? this.#ort.Tensor.fromGpuBuffer(this.#output, {
          dataType: activation === "f32" ? "float32" : "float16",
          dims: [1, count, hiddenSize],
        })
      : this.#ort.Tensor.fromGpuBuffer(this.#output, {
          dataType: "float32",
          dims: [1, io.output.rows === null ? count : 1, vocabSize],
        });
  }

  /** Hidden rows `[count, hiddenSize]` or the last row's logits, copied out of the GPU. */
  async read(count: number): Promise<Activations> {
    const { io, activation, manifest } = this.#plan;
    const { hiddenSize, vocabSize } = manifest.architecture;
    const logits = io.output.kind === "logits";
    const from = io.output.kind === "logits" && io.output.rows === null ? (count - 1) * vocabSize * 4 : 0;
    const sizeBytes = logits ? vocabSize * 4 : count * hiddenSize * bytesOf(activation);
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
