import { expandedCopy } from "../backend/expanded-copy.ts";
import type { GpuEntry } from "../backend/request-gpu.ts";
import { isSoftware } from "./is-software.ts";

/** Why WebGPU is not used, for the person in front of the page. */
export interface DeviceProblem {
  readonly code: "no-webgpu";
  /** What is the case. One sentence. */
  readonly what: string;
  /** What to do about it. One sentence. */
  readonly advice: string;
}

export interface DeviceReport {
  /** What computes. `webgpu` with a `why` was asked for by the page and can't be had: then nothing can run. */
  readonly backend: "webgpu" | "wasm";
  /** Whether exports with f16 activations can run. */
  readonly f16: boolean;
  /** GPU vendor and architecture as the browser tells them, or `CPU`. */
  readonly name: string;
  /** Null when WebGPU is used, or when the page asked for the CPU. */
  readonly why: DeviceProblem | null;
  /** Memory that a loaded shard takes beside its weights and KV, for an unpacked copy of 4-bit weights; null for none. */
  readonly unpacks: { readonly times: number; readonly mostBytes: number } | null;
}

/**
 * The backend that suits this device. `forced` overrides the choice but not the facts: a software adapter is used when
 * asked for, a missing one can't be. `powerPreference` is to be the one that shards are opened with. Never throws.
 */
export async function deviceReport(
  forced: "webgpu" | "wasm" | null | undefined = null,
  gpu: GpuEntry | null = gpuOfThisPage(),
  powerPreference: GPUPowerPreference = "high-performance",
): Promise<DeviceReport> {
  if (forced === "wasm") return onCpu(null);
  const without = (what: string, advice: string): DeviceReport => withoutGpu(forced === "webgpu", what, advice);
  if (gpu === null)
    return without("This browser has no WebGPU here.", "Use a current Chrome, Edge, Firefox or Safari, over https");
  const adapter = await gpu.requestAdapter({ powerPreference }).catch(() => null);
  if (adapter === null)
    return without(
      "The browser offers no GPU on this device.",
      "Turn on hardware acceleration in the browser's settings",
    );
  const name = adapterName(adapter.info);
  if (isSoftware(adapter.info) && forced !== "webgpu")
    return onCpu({
      code: "no-webgpu",
      what: `The only GPU here is simulated by software (${name}), which is slower than the CPU itself.`,
      advice: "Turn on hardware acceleration in the browser's settings, or go on with the CPU.",
    });
  return { backend: "webgpu", f16: adapter.features.has("shader-f16"), name, why: null, unpacks: null };
}

/** `advice` is the first half of a sentence. */
function withoutGpu(forced: boolean, what: string, advice: string): DeviceReport {
  const why = (rest: string): DeviceProblem => ({ code: "no-webgpu", what, advice: `${advice}${rest}` });
  if (!forced) return onCpu(why("; the CPU works too, more slowly."));
  return {
    backend: "webgpu",
    f16: false,
    name: "none",
    unpacks: null,
    why: why(", or open this page without ?backend=webgpu to let the CPU work."),
  };
}

const onCpu = (why: DeviceProblem | null): DeviceReport => ({
  backend: "wasm",
  f16: false,
  name: "CPU",
  why,
  unpacks: expandedCopy,
});

/** Absent in insecure contexts and in browsers without WebGPU, whatever the types say. */
function gpuOfThisPage(): GpuEntry | null {
  return (navigator as { readonly gpu?: GpuEntry }).gpu ?? null;
}

function adapterName(info: GPUAdapterInfo): string {
  return info.description || [info.vendor, info.architecture].filter((part) => part !== "").join(" ") || "unnamed GPU";
}
