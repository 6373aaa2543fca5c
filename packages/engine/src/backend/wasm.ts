import type { ShardPlan } from "@potluck/model";
import { bitsOf } from "../half/half.ts";
import type { Activations, Backend, BackendOutput, BackendRun, BackendShard, CacheRun, KvCache } from "./backend.ts";
import { defaultMaxChunk, wantedRows } from "./backend.ts";
import { engineFaultOf } from "./engine-fault-of.ts";
import { expandedCopy } from "./expanded-copy.ts";
import { GrowingCache } from "./growing-cache.ts";
import { controlFeeds, outputNames, rowFeed } from "./feeds.ts";
import type { Ort, OrtSession, OrtTensor } from "./ort.ts";
import { runtimeTurns } from "./runtime-turns.ts";
import { wasmSession } from "./wasm-session.ts";
import { runTogether } from "./wasm-together.ts";

export interface WasmBackendOptions {
  readonly now: () => number;
  readonly maxChunk?: number;
  /** Memory for 4-bit weights expanded to f32, beside the weights themselves; see {@link expandedCopy}. */
  readonly expandBytes?: number;
}

/**
 * The same graphs on the CPU. Feeds are copied into the runtime's heap anyway, so caches hold exactly the positions that
 * exist and grow with every run.
 */
export function wasmBackend(ort: Ort, options: WasmBackendOptions): Backend {
  return {
    kind: "wasm",
    open: (plan, weights) =>
      runtimeTurns.take(async () => {
        try {
          const session = await wasmSession(ort, plan, weights, options.expandBytes ?? expandedCopy.mostBytes);
          return new WasmShard(ort, session, plan, options.now, options.maxChunk ?? defaultMaxChunk);
        } catch (error) {
          throw engineFaultOf(error, "loading the shard");
        }
      }),
    close: () => undefined,
  };
}

class WasmShard implements BackendShard {
  readonly maxChunk: number;
  readonly runTogether?: (runs: readonly CacheRun[]) => Promise<BackendOutput[]>;
  /** The CPU does not get lost. */
  readonly lost: Promise<never> = new Promise<never>(() => undefined);
  readonly #ort: Ort;
  readonly #session: OrtSession;
  readonly #plan: ShardPlan;
  readonly #now: () => number;
  readonly #caches = new Set<GrowingCache>();
  readonly #outputs: readonly string[];

  constructor(ort: Ort, session: OrtSession, plan: ShardPlan, now: () => number, maxChunk: number) {
    this.#ort = ort;
    this.#session = session;
    this.#plan = plan;
    this.#now = now;
    this.maxChunk = maxChunk;
    this.#outputs = outputNames(plan.io);
    // Only grouped attention knows how long each of several caches is.
    if (plan.manifest.architecture.attention === "gqa")
      this.runTogether = (runs) => runtimeTurns.take(() => runTogether({ ort, session, plan, now }, runs));
  }

  async openCache(capacity: number): Promise<KvCache> {
    const { io, manifest } = this.#plan;
    const goesByLength = manifest.architecture.attention === "gqa";
    const cache = new GrowingCache(this.#ort, io.kv, capacity, goesByLength, () => this.#caches.delete(cache));
    this.#caches.add(cache);
    return cache;
  }

  run(cache: KvCache, run: BackendRun): Promise<BackendOutput> {
    if (!(cache instanceof GrowingCache)) throw new TypeError("a cache of another backend");
    const { io } = this.#plan;
    return runtimeTurns.take(async () => {
      const startedAt = this.#now();
      let results: Record<string, OrtTensor> = {};
      try {
        results = await this.#session.run(
          { ...rowFeed(this.#ort, this.#plan, run), ...controlFeeds(this.#ort, io, run), ...cache.feeds() },
          [...this.#outputs],
        );
        const output = results[io.output.name];
        if (output === undefined) throw new Error(`no output ${io.output.name}`);
        const values = valuesOf(output);
        cache.take(results);
        return {
          values: io.output.kind === "logits" ? lastRows(values, wantedRows(run), this.#plan) : values,
          computeMs: this.#now() - startedAt,
          readBackMs: 0,
        };
      } catch (error) {
        throw engineFaultOf(error, "running the shard");
      } finally {
        results[io.output.name]?.dispose();
      }
    });
  }

  close(): Promise<void> {
    return runtimeTurns.take(async () => {
      for (const cache of this.#caches) cache.close();
      await this.#session.release();
    });
  }
}

/** Tensor data as plain numbers or bit patterns; the runtime hands f16 over in whatever array the platform has. */
function valuesOf(tensor: OrtTensor): Activations {
  if (tensor.type === "float32") return tensor.data as Float32Array;
  if (tensor.type === "float16") return bitsOf(tensor.data as ArrayBufferView);
  throw new Error(`an output of type ${tensor.type}`);
}

/** An uncut graph gives the logits of all rows; the wanted ones are the last. */
function lastRows(values: Activations, rows: number, plan: ShardPlan): Activations {
  return values.subarray(values.length - rows * plan.manifest.architecture.vocabSize);
}
