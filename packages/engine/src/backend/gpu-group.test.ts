import type { ShardIo } from "@potluck/model";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as ort from "onnxruntime-web";
import { GpuGroup } from "./gpu-group.ts";
import { StaticCache } from "./static-cache.ts";

beforeEach(() => void vi.stubGlobal("GPUBufferUsage", { STORAGE: 128, COPY_SRC: 4, COPY_DST: 8 }));
afterEach(() => void vi.unstubAllGlobals());

const headDim = 4;
const kv: ShardIo["kv"] = [
  { pastKey: "k", pastValue: "v", presentKey: "k out", presentValue: "v out", dtype: "f32", kvHeads: 1, headDim },
];

/** Buffers in this memory; copies happen when they are submitted, and never from or to a destroyed buffer. */
class MemoryDevice {
  readonly live = new Map<object, Uint8Array>();
  readonly queue = { submit: (copies: readonly (() => void)[][]) => copies.flat().forEach((copy) => copy()) };

  pushErrorScope(): void {}

  async popErrorScope(): Promise<null> {
    return null;
  }

  createBuffer({ size }: { readonly size: number }): object {
    const buffer = { destroy: () => void this.live.delete(buffer) };
    this.live.set(buffer, new Uint8Array(size));
    return buffer;
  }

  createCommandEncoder(): object {
    const copies: (() => void)[] = [];
    return {
      copyBufferToBuffer: (from: object, fromAt: number, to: object, toAt: number, bytes: number) =>
        copies.push(() => this.bytesOf(to).set(this.bytesOf(from).subarray(fromAt, fromAt + bytes), toAt)),
      finish: () => copies,
    };
  }

  bytesOf(buffer: object): Uint8Array {
    const bytes = this.live.get(buffer);
    if (bytes === undefined) throw new Error("a destroyed buffer");
    return bytes;
  }

  get liveBytes(): number {
    return [...this.live.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

test("EN26 sessions that rest on a GPU do not keep a group of mostly empty slots", async () => {
  const memory = new MemoryDevice();
  const device = memory as unknown as GPUDevice;
  const slots = 16;
  const length = 100;
  const open = () => StaticCache.open(ort, device, kv, 128, () => undefined);
  const members = await Promise.all(Array.from({ length: slots }, open));
  const alone = memory.liveBytes / slots;
  for (const [i, member] of members.entries()) memory.bytesOf(member.ownBuffer("k")).fill(i + 1);
  const lengths = members.map(() => length);
  const group = await GpuGroup.of(ort, device, kv, members, lengths);
  for (const [slot, member] of members.entries()) member.join({ group, slot, length });
  const inGroup = memory.liveBytes - slots * alone;
  expect(inGroup).toBeGreaterThan(0);
  // What the group holds is what counts from now on.
  for (const buffer of Object.values(group.feeds())) memory.bytesOf(buffer.gpuBuffer).fill(77);

  for (const member of members.slice(8)) member.close();
  expect(memory.liveBytes).toBe(8 * alone + inGroup);
  members[7]?.close();
  expect(memory.liveBytes).toBe(7 * alone);
  const rowBytes = headDim * 4;
  for (const member of members.slice(0, 7)) {
    expect(member.place).toBeNull();
    const own = memory.bytesOf(member.ownBuffer("k")).subarray(0, length * rowBytes);
    expect(own.every((byte) => byte === 77)).toBe(true);
  }
});
