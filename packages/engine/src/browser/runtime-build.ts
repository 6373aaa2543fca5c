import type { Ort } from "../backend/ort.ts";
import asyncifyUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import jspiUrl from "onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url";
import plainUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";

/** Builds of onnxruntime-web: 14 MB for the CPU; for WebGPU 27 MB with asyncify, 17 MB with JSPI. */
export type RuntimeBuild = "cpu" | "asyncify" | "jspi";

/** From here on weights should not lie in this tab's memory twice while they go to the GPU. */
const largeWeightBytes = 1024 ** 3;

/**
 * The asyncify build wherever it will do: its runs took 15–30 % less time than those of the JSPI build. Only the latter
 * reads Blobs piece by piece, which pays when a copy of the weights would be the largest thing in the tab.
 */
export function runtimeBuild(backend: "webgpu" | "wasm", weightBytes: number, hasJspi: boolean): RuntimeBuild {
  if (backend === "wasm") return "cpu";
  return hasJspi && weightBytes >= largeWeightBytes ? "jspi" : "asyncify";
}

/** Where WebAssembly can wait for promises by itself. */
export function hasJspi(): boolean {
  return "Suspending" in WebAssembly;
}

/** URLs of the runtime's WebAssembly, from whatever origin serves this module. */
export type RuntimeUrls = Readonly<Record<RuntimeBuild, string>>;
const ownUrls: RuntimeUrls = { cpu: plainUrl, asyncify: asyncifyUrl, jspi: jspiUrl };

/** Loads one build into this realm. Its WebAssembly comes from `urls`, never from the CDN that it names by default. */
export async function loadRuntime(build: RuntimeBuild, urls: Partial<RuntimeUrls> = {}): Promise<Ort> {
  const ort = await importBuild(build);
  // Absolute, since a worker may have been started from a blob.
  ort.env.wasm.wasmPaths = { wasm: new URL(urls[build] ?? ownUrls[build], import.meta.url).href };
  // Threads need SharedArrayBuffer. Half of the cores, so that the page stays usable; more than four gain nothing here.
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated
    ? Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2)))
    : 1;
  return ort;
}

async function importBuild(build: RuntimeBuild): Promise<Ort> {
  switch (build) {
    case "cpu":
      return await import("onnxruntime-web/wasm");
    case "asyncify":
      return await import("onnxruntime-web/webgpu");
    case "jspi":
      return await import("onnxruntime-web/jspi");
    default:
      return build satisfies never;
  }
}
