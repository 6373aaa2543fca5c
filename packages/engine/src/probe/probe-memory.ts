import { cpuMemory } from "./cpu-memory.ts";
import { gpuMemory } from "./gpu-memory.ts";
import { type MeasuredMemory, type ProbeProgress, probeSteps } from "./probe-steps.ts";

export interface ProbeMemoryOptions {
  readonly backend: "webgpu" | "wasm";
  /** Of the GPU that shards run on. */
  readonly powerPreference?: GPUPowerPreference;
  readonly onProgress: (progress: ProbeProgress) => void;
  /** Ends it; it rejects then, with nothing left taken. */
  readonly signal: AbortSignal;
}

/** A tab that wants more than this can be told so by hand; taking it all to find out would push other programs out. */
const mostGpuBytes = 8 * 2 ** 30;
/** A wasm shard lives in a heap of at most 4 GiB, beside its unpacked copy. */
const mostCpuBytes = 2 * 2 ** 30;
/** Of the device's memory, as far as the browser tells it. */
const cpuShare = 0.25;

/**
 * Measures how much memory this page can take and how fast it is, in 3 s at most (DN44). Throws an {@link EngineError}
 * where there is no GPU, and what `signal` aborts with.
 */
export async function probeMemory(options: ProbeMemoryOptions): Promise<MeasuredMemory> {
  const { backend, powerPreference, onProgress, signal } = options;
  const { deviceMemory = null, gpu } = navigator as { readonly deviceMemory?: number; readonly gpu?: GPU };
  const nowMs = (): number => performance.now();
  const isGpu = backend === "webgpu";
  const memory = isGpu ? await gpuMemory(gpu, powerPreference) : cpuMemory();
  const told = deviceMemory === null ? mostCpuBytes : deviceMemory * 2 ** 30 * cpuShare;
  const mostBytes = isGpu ? mostGpuBytes : Math.min(mostCpuBytes, told);
  return await probeSteps({ memory, mostBytes, nowMs, onProgress, signal });
}
