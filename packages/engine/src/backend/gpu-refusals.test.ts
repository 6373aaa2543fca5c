import { expect, test } from "vitest";
import * as ort from "onnxruntime-web";
import { uncutDemoPlan } from "../../test/uncut-demo.ts";
import { type GpuEntry, requestGpu } from "./request-gpu.ts";
import { webGpuBackend } from "./webgpu.ts";

test("EN20 without WebGPU or without an adapter the refusal says so", async () => {
  await expect(requestGpu(undefined)).rejects.toMatchObject({ fault: "no-webgpu" });
  await expect(requestGpu({ requestAdapter: async () => null })).rejects.toMatchObject({ fault: "no-webgpu" });
});

test("DN50 the GPU that is opened is of the kind that was asked for, the fast one unless told", async () => {
  const asked: unknown[] = [];
  const gpu: GpuEntry = { requestAdapter: async (options) => (asked.push(options?.powerPreference), null) };
  await requestGpu(gpu).catch(() => undefined);
  await requestGpu(gpu, "low-power").catch(() => undefined);
  expect(asked).toEqual(["high-performance", "low-power"]);
});

test("EN20 a device request that fails is no WebGPU", async () => {
  const adapter = { features: new Set(), limits: {}, requestDevice: () => Promise.reject(new Error("driver")) };
  const gpu = { requestAdapter: async () => adapter as unknown as GPUAdapter };
  await expect(requestGpu(gpu)).rejects.toMatchObject({ fault: "no-webgpu" });
});

test("EN20 an f16 shard is refused on a GPU without f16", async () => {
  const device = { features: new Set(), lost: new Promise(() => undefined) } as unknown as GPUDevice;
  const backend = webGpuBackend(ort, { device, now: () => 0, weightsAsBlob: false });
  const plan = { ...uncutDemoPlan(new Uint8Array(0)), activation: "f16" as const };
  await expect(backend.open(plan, new Uint8Array(0))).rejects.toMatchObject({ fault: "no-f16" });
});
