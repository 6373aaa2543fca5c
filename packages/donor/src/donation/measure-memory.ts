import type { DeviceReport, Donation, ProbeProgress, ProbeReport } from "./donation.ts";

/** How this tab measures its memory: the engine's probe in a browser. */
export type MeasureMemory = (options: {
  readonly backend: "webgpu" | "wasm";
  readonly onProgress: (progress: ProbeProgress) => void;
  readonly signal: AbortSignal;
}) => Promise<Pick<ProbeReport, "testedBytes" | "memoryGBps" | "ms">>;

/** Of what could be had: the browser's other pages, the KV of a long chat and the unpacked copy need room too. */
const margin = 0.7;
/** A device that proved less than this still can try it: it is what the smallest helper needs. */
const leastBytes = 16e6;

/** DN44. */
export function createProbe(device: () => Promise<DeviceReport>, measure: MeasureMemory): Donation["probe"] {
  return async (onProgress, signal) => {
    const { backend } = await device();
    signal.throwIfAborted();
    const measured = await measure({ backend, onProgress, signal });
    const suggested = Math.floor((measured.testedBytes * margin) / 1e6) * 1e6;
    return { ...measured, backend, suggestedBudgetBytes: Math.max(leastBytes, suggested) };
  };
}
