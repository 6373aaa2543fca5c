import { type GpuEntry, requestGpu } from "../backend/request-gpu.ts";
import type { ProbedMemory } from "./probe-steps.ts";

/** A buffer beyond this is refused by some drivers, whatever the limits say. */
const largestBufferBytes = 256 * 2 ** 20;
/** Of each buffer, what is read back: at its beginning and at its end. */
const sampleBytes = 4096;
const pattern = 0x5a;

/**
 * Memory of a device of its own: what happens to it does not touch the device that a shard runs on. Throws `no-webgpu`
 * where there is none.
 */
export async function gpuMemory(
  gpu: GpuEntry | undefined,
  powerPreference?: GPUPowerPreference,
): Promise<ProbedMemory> {
  const device = await requestGpu(gpu, powerPreference);
  const buffers: GPUBuffer[] = [];
  let isLost = false;
  void device.lost.then(() => (isLost = true));

  /** Runs `work` and tells whether the device took it without an error. */
  const took = async (work: () => void): Promise<boolean> => {
    device.pushErrorScope("out-of-memory");
    device.pushErrorScope("validation");
    device.pushErrorScope("internal");
    let threw = false;
    try {
      work();
    } catch {
      threw = true;
    }
    const errors = await Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]).catch(
      () => [new Error("lost")],
    );
    return !threw && !isLost && errors.every((error) => error === null);
  };

  /** The whole buffer is written, which is what makes a lazy driver find the memory; its ends are read. */
  const keeps = async (buffer: GPUBuffer): Promise<boolean> => {
    const staging = device.createBuffer({
      size: sampleBytes * 2,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    try {
      const mark = new Uint8Array(sampleBytes).fill(pattern);
      const isWritten = await took(() => {
        const encoder = device.createCommandEncoder();
        encoder.clearBuffer(buffer);
        device.queue.submit([encoder.finish()]);
        device.queue.writeBuffer(buffer, 0, mark);
        device.queue.writeBuffer(buffer, buffer.size - sampleBytes, mark);
        const back = device.createCommandEncoder();
        back.copyBufferToBuffer(buffer, 0, staging, 0, sampleBytes);
        back.copyBufferToBuffer(buffer, buffer.size - sampleBytes, staging, sampleBytes, sampleBytes);
        device.queue.submit([back.finish()]);
      });
      if (!isWritten) return false;
      await staging.mapAsync(GPUMapMode.READ);
      return new Uint8Array(staging.getMappedRange()).every((byte) => byte === pattern);
    } catch {
      return false;
    } finally {
      staging.destroy();
    }
  };

  return {
    async grow(bytes) {
      const size = Math.floor(Math.min(bytes, largestBufferBytes, device.limits.maxBufferSize) / 4) * 4;
      const many = Math.ceil(bytes / size);
      for (let made = 0; made < many; made += 1) {
        let buffer: GPUBuffer | null = null;
        const isMade = await took(() => {
          buffer = device.createBuffer({
            size: Math.max(size, sampleBytes * 2),
            usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
          });
        });
        const own = buffer as GPUBuffer | null;
        if (!isMade || own === null || !(await keeps(own))) {
          own?.destroy();
          return false;
        }
        buffers.push(own);
      }
      return true;
    },
    async move() {
      const [first] = buffers;
      if (first === undefined || isLost) return 0;
      // With one buffer there is nowhere to copy to: clearing it writes as much.
      let moved = 0;
      const encoder = device.createCommandEncoder();
      if (buffers.length === 1) {
        encoder.clearBuffer(first);
        moved = first.size;
      }
      for (let at = 1; at < buffers.length; at += 1) {
        const [from, to] = [buffers[at - 1], buffers[at]];
        if (from === undefined || to === undefined) continue;
        const size = Math.min(from.size, to.size);
        encoder.copyBufferToBuffer(from, 0, to, 0, size);
        moved += size * 2;
      }
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return moved;
    },
    async free() {
      for (const buffer of buffers.splice(0)) buffer.destroy();
      device.destroy();
    },
  };
}
