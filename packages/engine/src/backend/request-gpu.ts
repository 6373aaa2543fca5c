import { EngineError } from "../shard-runner.ts";

/** What a device request needs of `navigator.gpu`. */
export type GpuEntry = Pick<GPU, "requestAdapter">;

/**
 * A device with everything that the adapter has. The default limits are not enough: attention with q and k norms binds
 * more than 8 storage buffers. `powerPreference` chooses where there are several GPUs. Throws `no-webgpu` with the reason.
 */
export async function requestGpu(
  gpu: GpuEntry | undefined,
  powerPreference: GPUPowerPreference = "high-performance",
): Promise<GPUDevice> {
  if (gpu === undefined)
    throw new EngineError(
      "no-webgpu",
      "This browser has no WebGPU. Use a current Chrome, Edge, Firefox or Safari, or the CPU.",
    );
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null)
    throw new EngineError(
      "no-webgpu",
      "This device offers the browser no GPU. Turn hardware acceleration on, or use the CPU.",
    );
  try {
    return await adapter.requestDevice({
      requiredFeatures: [...adapter.features] as GPUFeatureName[],
      requiredLimits: limitsOf(adapter.limits),
    });
  } catch (error) {
    throw new EngineError(
      "no-webgpu",
      `The browser could not open the GPU (${String(error)}). Restart it, or use the CPU.`,
      {
        cause: error,
      },
    );
  }
}

/** The limits are getters on the prototype, so neither spread nor Object.entries sees them. */
function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const all: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === "number") all[name] = value;
  }
  return all;
}
