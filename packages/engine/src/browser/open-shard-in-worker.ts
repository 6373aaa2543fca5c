import type { ShardRange } from "@potluck/model";
import { defaultMaxChunk } from "../backend/backend.ts";
import { EngineError } from "../shard-runner.ts";
import type { RuntimeUrls } from "./runtime-build.ts";
import type { LoadProgress } from "./worker-api.ts";
import { WorkerShard, type WorkerLike } from "./worker-shard.ts";

export interface OpenShardInWorker {
  /** Absolute, or relative to the page. */
  readonly manifestUrl: string;
  readonly range: ShardRange;
  readonly backend: "webgpu" | "wasm";
  /** Which GPU, where there are several; the fast one unless told. */
  readonly powerPreference?: GPUPowerPreference;
  /** Positions that all sessions together may reserve. */
  readonly kvTokens: number;
  /** Where the runtime's WebAssembly lies, if not where the bundler put it. */
  readonly runtimeUrls?: Partial<RuntimeUrls>;
  /** Ends the load, and the worker with it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** The weights could not be kept (`storage-full` is the usual cause); the load goes on, the next visit downloads again. */
  readonly onNotKept?: (error: EngineError) => void;
  /** Rows of one run at most. */
  readonly maxChunk?: number;
  /** Longest silence of the worker while it owes an answer; see {@link defaultSilenceMs}. */
  readonly silenceMs?: number;
  /** For tests. */
  readonly startWorker?: () => WorkerLike;
}

/**
 * Compiling shaders and creating the session go on without a sign of life, half a minute on slow devices; a run that has
 * not come back after two minutes never will.
 */
const defaultSilenceMs = 120_000;

/**
 * Loads a shard in a worker of its own: manifest, weights, session, warm-up, known-answer check. Throws
 * {@link EngineError}, or the signal's reason; nothing stays loaded then.
 */
export async function openShardInWorker(options: OpenShardInWorker): Promise<WorkerShard> {
  const { signal } = options;
  signal?.throwIfAborted();
  const shard = new WorkerShard({
    worker: (options.startWorker ?? startWorker)(),
    timers: pageTimers,
    silenceMs: options.silenceMs ?? defaultSilenceMs,
    onEvent: (event) => {
      switch (event.event) {
        case "progress":
          return options.onProgress?.(event.progress);
        case "not-kept":
          return options.onNotKept?.(new EngineError("storage-full", event.message));
        case "alive":
        case "gone":
          return;
        default:
          return event satisfies never;
      }
    },
  });
  const abort = (): void => shard.finish(new EngineError("closed", "The load was given up."));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await shard.open({
      manifestUrl: new URL(options.manifestUrl, document.baseURI).href,
      range: options.range,
      backend: options.backend,
      powerPreference: options.powerPreference ?? "high-performance",
      kvTokens: options.kvTokens,
      runtimeUrls: options.runtimeUrls ?? {},
      maxChunk: options.maxChunk ?? defaultMaxChunk,
    });
    return shard;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Vite finds the worker by exactly this expression. */
const startWorker = (): Worker => new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module" });

const pageTimers = {
  after(ms: number, then: () => void): () => void {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
