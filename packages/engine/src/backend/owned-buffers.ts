import { EngineError } from "../shard-runner.ts";

/** The GPU buffers of one owner. `close` destroys what is left of them. */
export class OwnedBuffers {
  readonly #device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** A buffer of at least `sizeBytes`, rounded up to the 16 bytes that the runtime's shaders address. */
  create(label: string, sizeBytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: Math.max(16, Math.ceil(sizeBytes / 16) * 16), usage });
    this.#buffers.add(buffer);
    return buffer;
  }

  destroy(buffer: GPUBuffer): void {
    this.#buffers.delete(buffer);
    buffer.destroy();
  }

  close(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.clear();
  }
}

/** Runs `allocate` and throws `out-of-memory` when the device could not serve it. Whoever calls destroys the buffers. */
export async function withinGpuMemory<T>(device: GPUDevice, allocate: () => T): Promise<T> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let made: T;
  try {
    made = allocate();
  } catch (error) {
    await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    throw new EngineError("out-of-memory", tooBig, { cause: error });
  }
  const [invalid, short] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  // A buffer above the device's largest size is a validation error, and to whoever asked it is the same.
  const failure = short ?? invalid;
  if (failure !== null) throw new EngineError("out-of-memory", `${tooBig} (${failure.message})`);
  return made;
}

const tooBig = "The GPU has no room for another chat of this length. Close other tabs or ask for less context.";
