/** The worker that holds one shard. It can be killed at any time: nothing in it outlives it but the cached weights. */
import * as Comlink from "comlink";
import type { Backend } from "../backend/backend.ts";
import { requestGpu } from "../backend/request-gpu.ts";
import { wasmBackend } from "../backend/wasm.ts";
import { webGpuBackend } from "../backend/webgpu.ts";
import { loadShard } from "../runner/load-shard.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import { EngineError } from "../shard-runner.ts";
import { fetchShard } from "./fetch-shard.ts";
import { takeInMessages } from "./take-in-messages.ts";
import { hasJspi, loadRuntime, runtimeBuild } from "./runtime-build.ts";
import type { EngineWorkerApi, LoadProgress, OpenedShard, OpenRequest, Outcome, WorkerEvent } from "./worker-api.ts";

const now = (): number => performance.now();
const tell = (event: WorkerEvent): void => self.postMessage(event, { transfer: [] });

let runner: LocalRunner | null = null;
let device: GPUDevice | null = null;

async function open(request: OpenRequest): Promise<OpenedShard> {
  // Before the download: a device that can't run the shard should not fetch it.
  if (request.backend === "webgpu") device = await requestGpu(navigator.gpu, request.powerPreference);
  let progress: LoadProgress = { stage: "download", doneBytes: 0, totalBytes: 0, cachedBytes: 0, bytesPerSecond: 0 };
  const report = (change: Partial<LoadProgress>): void => {
    progress = { ...progress, ...change };
    tell({ event: "progress", progress });
  };
  const { plan, weights, knownAnswers } = await fetchShard(request.manifestUrl, request.range, {
    onProgress: report,
    onNotKept: (message) => tell({ event: "not-kept", message }),
    checkPlan: (wanted) => {
      if (wanted.activation === "f16" && device !== null && !device.features.has("shader-f16"))
        throw new EngineError("no-f16", "This GPU can't compute in half precision in this browser.");
    },
  });
  report({ stage: "compile", bytesPerSecond: 0 });
  runner = await loadShard({
    backend: await openBackend(request, plan.weightBytes),
    plan,
    weights,
    knownAnswers,
    kvTokens: request.kvTokens,
    now,
    takeIn: takeInMessages(),
    onChunk: () => tell({ event: "alive" }),
    onCheck: () => report({ stage: "check" }),
  });
  void runner.gone.then((error) => tell({ event: "gone", fault: error.fault, message: error.message }));
  return { ...runner.facts, backend: request.backend };
}

async function openBackend({ backend, runtimeUrls, maxChunk }: OpenRequest, weightBytes: number): Promise<Backend> {
  const build = runtimeBuild(backend, weightBytes, hasJspi());
  const ort = await loadRuntime(build, runtimeUrls);
  return device === null
    ? wasmBackend(ort, { now, maxChunk })
    : webGpuBackend(ort, { device, now, maxChunk, weightsAsBlob: build === "jspi" });
}

const api: EngineWorkerApi = {
  open: (request) => outcomeOf(() => open(request)),
  openSession: (session, contextTokens) => outcomeOf(() => opened().openSession(session, contextTokens)),
  run: async (job) => {
    const outcome = await outcomeOf(() => opened().run(job));
    return outcome.ok && outcome.value.kind === "hidden"
      ? Comlink.transfer(outcome, [outcome.value.data.buffer])
      : outcome;
  },
  copyPositions: (from, to, length) => outcomeOf(() => opened().copyPositions(from, to, length)),
  truncate: (session, length) => outcomeOf(() => opened().truncate(session, length)),
  closeSession: (session) => outcomeOf(() => opened().closeSession(session)),
  close: () => outcomeOf(() => opened().close()),
  sabotage(how) {
    switch (how) {
      case "lose-device":
        return device?.destroy();
      case "crash":
        // Outside of the call, so that nothing catches it.
        return queueMicrotask(() => {
          throw new Error("crashed on purpose");
        });
      case "freeze":
        for (;;);
      default:
        return how satisfies never;
    }
  },
};

function opened(): LocalRunner {
  if (runner === null) throw new EngineError("internal", "The worker has no shard yet.");
  return runner;
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return error instanceof EngineError
      ? { ok: false, fault: error.fault, message: error.message }
      : { ok: false, fault: "internal", message: error instanceof Error ? error.message : String(error) };
  }
}

Comlink.expose(api);
