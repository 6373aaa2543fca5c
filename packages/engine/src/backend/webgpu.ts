import type { ShardPlan } from "@potluck/model";
import { Ending } from "../ending.ts";
import { EngineError } from "../shard-runner.ts";
import type { Backend, BackendOutput, BackendRun, BackendShard, CacheRun, KvCache } from "./backend.ts";
import { defaultMaxChunk } from "./backend.ts";
import { engineFaultOf } from "./engine-fault-of.ts";
import { outputNames } from "./feeds.ts";
import type { GpuCache } from "./gpu-cache.ts";
import { GpuControls } from "./gpu-controls.ts";
import { GpuGrowingCache } from "./gpu-growing-cache.ts";
import { GpuRows } from "./gpu-rows.ts";
import { GpuTogether } from "./gpu-together.ts";
import type { Ort, OrtSession } from "./ort.ts";
import { OwnedBuffers, withinGpuMemory } from "./owned-buffers.ts";
import { runtimeTurns } from "./runtime-turns.ts";
import { StaticCache } from "./static-cache.ts";

export interface WebGpuBackendOptions {
  /** From {@link requestGpu}. The backend destroys it on close. */
  readonly device: GPUDevice;
  readonly now: () => number;
  readonly maxChunk?: number;
  /** The jspi build reads Blobs lazily, so that weights need not lie in this tab's memory twice. */
  readonly weightsAsBlob: boolean;
}

/** The WebGPU execution provider of onnxruntime-web, on a device of our own. */
export function webGpuBackend(ort: Ort, options: WebGpuBackendOptions): Backend {
  const { device } = options;
  const lost = new Ending();
  void device.lost.then((info) =>
    lost.come(
      new EngineError(
        "device-lost",
        `The GPU went away (${info.message || info.reason}). Start again; if it keeps happening, lower the memory budget.`,
      ),
    ),
  );
  return {
    kind: "webgpu",
    open: async (plan, weights) => {
      if (plan.activation === "f16" && !device.features.has("shader-f16"))
        throw new EngineError(
          "no-f16",
          "This GPU can't compute in half precision in this browser. Choose the model's 32-bit variant.",
        );
      const session = await runtimeTurns.take(() => createSession(ort, plan, weights, options));
      const shard = await WebGpuShard.over(ort, session, plan, lost, options);
      try {
        await warmUp(shard, plan);
        return shard;
      } catch (error) {
        await shard.close();
        throw error;
      }
    },
    close: () => device.destroy(),
  };
}

async function createSession(
  ort: Ort,
  plan: ShardPlan,
  weights: Uint8Array,
  options: WebGpuBackendOptions,
): Promise<OrtSession> {
  const data = options.weightsAsBlob ? new Blob([weights as Uint8Array<ArrayBuffer>]) : weights;
  try {
    return await ort.InferenceSession.create(plan.graph, {
      // Validation by the runtime cost 0.8 ms a step over 8 layers, and the graphs are checked by their known answers.
      executionProviders: [{ name: "webgpu", device: options.device, validationMode: "disabled" }],
      externalData: weights.length > 0 ? [{ path: plan.weightsPath, data }] : [],
      preferredOutputLocation: Object.fromEntries(outputNames(plan.io).map((name) => [name, "gpu-buffer"])),
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw engineFaultOf(error, "loading the shard");
  }
}

class WebGpuShard implements BackendShard {
  readonly maxChunk: number;
  runTogether?: (runs: readonly CacheRun[]) => Promise<BackendOutput[]>;
  readonly #ending: Ending;
  readonly #ort: Ort;
  readonly #session: OrtSession;
  readonly #plan: ShardPlan;
  readonly #device: GPUDevice;
  readonly #now: () => number;
  readonly #buffers: OwnedBuffers;
  readonly #rows: GpuRows;
  readonly #controls: GpuControls;
  readonly #caches = new Set<GpuCache>();
  /** The device's complaint about work that nobody awaited. */
  #complaint: GPUError | null = null;
  readonly #onComplaint = (event: GPUUncapturedErrorEvent): void => {
    this.#complaint = event.error;
  };

  private constructor(
    ort: Ort,
    session: OrtSession,
    plan: ShardPlan,
    lost: Ending,
    options: WebGpuBackendOptions,
    buffers: OwnedBuffers,
    rows: GpuRows,
    controls: GpuControls,
  ) {
    this.#ort = ort;
    this.#session = session;
    this.#plan = plan;
    this.#device = options.device;
    this.#now = options.now;
    this.maxChunk = options.maxChunk ?? defaultMaxChunk;
    this.#buffers = buffers;
    this.#rows = rows;
    this.#controls = controls;
    this.#ending = lost;
    this.#device.addEventListener("uncapturederror", this.#onComplaint);
    if (plan.manifest.architecture.attention === "gqa") {
      const together = new GpuTogether({ ort, device: this.#device, session, plan, buffers, now: this.#now });
      this.runTogether = (runs) => this.#runTogether(together, runs);
    }
  }

  get lost(): Promise<EngineError> {
    return this.#ending.promise;
  }

  static async over(
    ort: Ort,
    session: OrtSession,
    plan: ShardPlan,
    lost: Ending,
    options: WebGpuBackendOptions,
  ): Promise<WebGpuShard> {
    const buffers = new OwnedBuffers(options.device);
    try {
      const maxChunk = options.maxChunk ?? defaultMaxChunk;
      const { device } = options;
      const [rows, controls] = await withinGpuMemory<[GpuRows, GpuControls]>(device, () => [
        new GpuRows(ort, device, plan, buffers, maxChunk),
        new GpuControls(ort, device, plan.io, buffers, maxChunk),
      ]);
      return new WebGpuShard(ort, session, plan, lost, options, buffers, rows, controls);
    } catch (error) {
      buffers.close();
      await runtimeTurns.take(() => session.release());
      throw error;
    }
  }

  async openCache(capacity: number): Promise<KvCache> {
    const { kv } = this.#plan.io;
    const forget = (): boolean => this.#caches.delete(cache);
    const cache: GpuCache =
      this.#plan.manifest.architecture.attention === "gqa"
        ? await StaticCache.open(this.#ort, this.#device, kv, capacity, () => forget())
        : new GpuGrowingCache(this.#ort, this.#device, kv, capacity, () => forget());
    this.#caches.add(cache);
    return cache;
  }

  run(cache: KvCache, run: BackendRun): Promise<BackendOutput> {
    if (!(cache instanceof StaticCache || cache instanceof GpuGrowingCache))
      throw new TypeError("a cache of another backend");
    return runtimeTurns.take(async () => {
      this.#checkDevice();
      const { io } = this.#plan;
      const startedAt = this.#now();
      // The GPU can't give no rows, so where none is wanted it gives one that nobody reads.
      const asked = { ...run, logitsFrom: run.logitsFrom ?? run.count - 1 };
      try {
        const target = await this.#ending.unless(this.#rows.target(asked));
        const results = await this.#ending.unless(
          this.#session.run(
            {
              [io.input.name]: this.#rows.write(run.input, run.count),
              ...this.#controls.feeds(asked),
              ...cache.feeds(),
            },
            { [io.output.name]: target, ...cache.fetches() },
          ),
        );
        const dispatchedAt = this.#now();
        cache.take(results);
        const values = await this.#ending.unless(this.#rows.read(run));
        // A run on a lost device may still resolve.
        this.#checkDevice();
        return { values, computeMs: dispatchedAt - startedAt, readBackMs: this.#now() - dispatchedAt };
      } catch (error) {
        this.#checkDevice();
        throw engineFaultOf(error, "running the shard");
      }
    });
  }

  #runTogether(together: GpuTogether, runs: readonly CacheRun[]): Promise<BackendOutput[]> {
    return runtimeTurns.take(async () => {
      this.#checkDevice();
      try {
        const outputs = await this.#ending.unless(together.run(runs));
        this.#checkDevice();
        return outputs;
      } catch (error) {
        this.#checkDevice();
        const reason = engineFaultOf(error, "running the shard");
        // Running together takes a copy of the caches. Where there is no room for one, runs go on alone.
        if (reason.fault === "out-of-memory") delete this.runTogether;
        throw reason;
      }
    });
  }

  async close(): Promise<void> {
    for (const cache of this.#caches) cache.close();
    this.#device.removeEventListener("uncapturederror", this.#onComplaint);
    this.#buffers.close();
    // The runtime can't release a session whose device is gone; the worker is about to end then.
    if (this.#ending.reason === null) await runtimeTurns.take(() => this.#session.release());
  }

  #checkDevice(): void {
    if (this.#ending.reason !== null) throw this.#ending.reason;
    const complaint = this.#complaint;
    this.#complaint = null;
    if (complaint === null) return;
    throw complaint instanceof GPUOutOfMemoryError
      ? new EngineError("out-of-memory", "The GPU ran out of memory. Close other tabs or give a smaller memory budget.")
      : new EngineError("internal", `The GPU refused the work: ${complaint.message}`);
  }
}

/**
 * Compiles the shaders for both shapes, one row and a whole chunk, so that the first answer does not pay for it.
 * The compiled shaders stay with the device.
 */
async function warmUp(shard: BackendShard, plan: ShardPlan): Promise<void> {
  const { hiddenSize, maxPositions } = plan.manifest.architecture;
  const cache = await shard.openCache(Math.min(maxPositions, shard.maxChunk + 1));
  try {
    let position = 0;
    for (const count of [Math.min(shard.maxChunk, maxPositions - 1), 1]) {
      const values = count * hiddenSize;
      const hidden = plan.activation === "f32" ? new Float32Array(values) : new Uint16Array(values);
      const input =
        plan.io.input.kind === "tokens"
          ? ({ kind: "tokens", ids: new Int32Array(count) } as const)
          : ({ kind: "hidden", values: hidden } as const);
      await shard.run(cache, { position, count, input, logitsFrom: count - 1 });
      position += count;
    }
  } finally {
    cache.close();
  }
}
