import { expect, test } from "vitest";
import type { GpuEntry } from "../backend/request-gpu.ts";
import { deviceReport } from "./device-report.ts";

function gpuWith(info: Partial<GPUAdapterInfo>, features: readonly string[] = []): GpuEntry {
  const whole = { vendor: "", architecture: "", description: "", device: "", isFallbackAdapter: false, ...info };
  return { requestAdapter: async () => ({ info: whole, features: new Set(features) }) as unknown as GPUAdapter };
}

test("EN16 a real adapter is used, with f16 only where it has it", async () => {
  const info = { vendor: "apple", architecture: "metal-3" };
  expect(await deviceReport(null, gpuWith(info, ["shader-f16"]))).toEqual({
    backend: "webgpu",
    f16: true,
    name: "apple metal-3",
    why: null,
    unpacks: null,
  });
  expect(await deviceReport(null, gpuWith(info))).toMatchObject({ backend: "webgpu", f16: false });
});

test("EN16 without navigator.gpu, or without an adapter, the CPU is named with a reason", async () => {
  for (const gpu of [null, { requestAdapter: async () => null }])
    expect(await deviceReport(null, gpu)).toMatchObject({ backend: "wasm", name: "CPU", why: { code: "no-webgpu" } });
});

test("EN16 a page that insists on WebGPU where there is none is not given the CPU instead", async () => {
  for (const gpu of [null, { requestAdapter: async () => null }])
    expect(await deviceReport("webgpu", gpu)).toMatchObject({ backend: "webgpu", why: { code: "no-webgpu" } });
});

test("DN50 the GPU that is reported is of the kind that was asked for, the fast one unless told", async () => {
  const asked: unknown[] = [];
  const gpu: GpuEntry = { requestAdapter: async (options) => (asked.push(options?.powerPreference), null) };
  await deviceReport(null, gpu);
  await deviceReport(null, gpu, "low-power");
  expect(asked).toEqual(["high-performance", "low-power"]);
});

test("EN16 an adapter request that fails is a missing adapter", async () => {
  const gpu: GpuEntry = { requestAdapter: () => Promise.reject(new Error("GPU process crashed")) };
  expect(await deviceReport(null, gpu)).toMatchObject({ backend: "wasm", why: { code: "no-webgpu" } });
});

test("EN16 a software adapter is left alone unless the page asks for it", async () => {
  for (const info of [{ vendor: "google", architecture: "swiftshader" }, { isFallbackAdapter: true }]) {
    expect(await deviceReport(null, gpuWith(info))).toMatchObject({ backend: "wasm", why: { code: "no-webgpu" } });
    expect(await deviceReport("webgpu", gpuWith(info))).toMatchObject({ backend: "webgpu", why: null });
  }
});

test("EN16 the CPU, when asked for, needs no reason", async () => {
  expect(await deviceReport("wasm", gpuWith({ vendor: "apple" }, ["shader-f16"]))).toMatchObject({
    backend: "wasm",
    why: null,
    unpacks: { times: 8, mostBytes: 384 * 1024 * 1024 },
  });
});
