import { expect, test } from "vitest";
import { probeMemory } from "./probe-memory.ts";

const { signal } = new AbortController();

test("DN44 the CPU's memory is measured in a page", async () => {
  const seen: number[] = [];
  const report = await probeMemory({
    backend: "wasm",
    onProgress: ({ testedBytes }) => seen.push(testedBytes),
    signal,
  });
  expect(report.testedBytes).toBe(seen.at(-1));
  expect(report.memoryGBps).toBeGreaterThan(0);
});

test("DN44 a GPU is measured on a device of its own: what another device holds stays readable", async ({ skip }) => {
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter();
  skip(adapter === null || adapter === undefined, "no adapter here");
  const device = (await adapter?.requestDevice()) ?? expect.fail("no device");
  const held = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  device.queue.writeBuffer(held, 0, Uint8Array.of(1, 2, 3, 4));
  const report = await probeMemory({ backend: "webgpu", onProgress: () => undefined, signal });
  expect(report.testedBytes).toBeGreaterThan(0);
  const back = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(held, 0, back, 0, 16);
  device.queue.submit([encoder.finish()]);
  await back.mapAsync(GPUMapMode.READ);
  expect([...new Uint8Array(back.getMappedRange()).subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  device.destroy();
});
