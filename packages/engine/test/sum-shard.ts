/** A runner over a backend of arithmetic: row i of the output is row i of the input plus the sum of the cache. */
import type { BackendOutput, BackendRun, BackendShard, CacheRun, KvCache } from "../src/backend/backend.ts";
import { LocalRunner } from "../src/runner/local-runner.ts";
import { EngineError, type RunJob, type RunResult } from "../src/shard-runner.ts";
import { uncutDemoPlan } from "./uncut-demo.ts";

const width = 2;

class SumCache implements KvCache {
  capacity: number;
  rows: number[] = [];
  closed = false;
  /** Whether copies fail. */
  noRoom = false;
  constructor(capacity: number) {
    this.capacity = capacity;
  }
  async grow(capacity: number): Promise<void> {
    this.capacity = capacity;
  }
  async truncate(length: number): Promise<void> {
    this.rows.length = Math.min(this.rows.length, length);
  }
  async copyFrom(from: KvCache, length: number): Promise<void> {
    if (this.noRoom) throw new EngineError("out-of-memory", "no room");
    if (!(from instanceof SumCache) || this.rows.length > 0) throw new Error("not into this one");
    this.rows = from.rows.slice(0, length);
  }
  close(): void {
    this.closed = true;
  }
}

export class SumShard implements BackendShard {
  readonly maxChunk: number = 4;
  readonly caches: SumCache[] = [];
  readonly lost: Promise<EngineError>;
  lose: (error: EngineError) => void = () => undefined;
  /** Awaited before every run. */
  gate: Promise<void> = Promise.resolve();
  running: number = 0;
  failAfter: number = Infinity;
  /** How many rows each run had, of each cache. */
  readonly ran: number[][] = [];
  readonly runTogether?: (runs: readonly CacheRun[]) => Promise<BackendOutput[]>;

  constructor(together: boolean) {
    this.lost = new Promise((resolve) => (this.lose = resolve));
    if (together) this.runTogether = (runs) => this.#alone(() => this.#run(runs));
  }
  async openCache(capacity: number): Promise<SumCache> {
    const cache = new SumCache(capacity);
    this.caches.push(cache);
    return cache;
  }
  async run(cache: KvCache, run: BackendRun): Promise<BackendOutput> {
    const [output] = await this.#alone(() => this.#run([{ cache, run }]));
    if (output === undefined) throw new Error("no output");
    return output;
  }
  async #alone<T>(task: () => Promise<T>): Promise<T> {
    this.running += 1;
    if (this.running > 1) throw new Error("two runs at once");
    try {
      await this.gate;
      return await task();
    } finally {
      this.running -= 1;
    }
  }
  async #run(runs: readonly CacheRun[]): Promise<BackendOutput[]> {
    if (runs.some(({ run }) => run.position >= this.failAfter)) throw new EngineError("out-of-memory", "no room");
    this.ran.push(runs.map(({ run }) => run.count));
    return runs.map(({ cache, run }) => {
      if (!(cache instanceof SumCache) || run.input.kind !== "hidden") throw new Error("not mine");
      if (cache.rows.length !== run.position) throw new Error(`${cache.rows.length} rows, not ${run.position}`);
      const values = new Float32Array(run.count * width);
      for (let row = 0; row < run.count; row++) {
        cache.rows.push(run.input.values[row * width] ?? 0);
        values.fill(
          cache.rows.reduce((sum, value) => sum + value, 0),
          row * width,
          (row + 1) * width,
        );
      }
      return { values, computeMs: 1, readBackMs: 1 };
    });
  }
  async close(): Promise<void> {
    for (const cache of this.caches) cache.close();
  }
}

interface SumRunner {
  readonly kvTokens?: number;
  readonly together?: boolean;
}

export function openSumRunner({ kvTokens = 100, together = false }: SumRunner = {}): {
  shard: SumShard;
  runner: LocalRunner;
} {
  const plan = uncutDemoPlan(new Uint8Array(0));
  const shard = new SumShard(together);
  const runner = new LocalRunner(
    shard,
    {
      ...plan,
      manifest: {
        ...plan.manifest,
        architecture: { ...plan.manifest.architecture, hiddenSize: width, maxPositions: 50 },
      },
      range: { from: 1, to: 2 },
      io: { ...plan.io, input: { kind: "hidden", name: "in" }, output: { kind: "hidden", name: "out" } },
    },
    { kvTokens, now: () => 0 },
  );
  return { shard, runner };
}

export function sumRows(rows: readonly number[]): { readonly kind: "hidden"; readonly values: Float32Array } {
  return { kind: "hidden", values: Float32Array.from(rows.flatMap((row) => [row, row])) };
}

export function sumJob(position: number, rows: readonly number[], session = "s"): RunJob {
  const data = new Uint8Array(sumRows(rows).values.buffer);
  return {
    session,
    position,
    input: { kind: "hidden", dtype: "f32", count: rows.length, width, data },
    wire: "f32",
    draw: null,
  };
}

export function rowsOf(result: RunResult): number[] {
  if (result.kind !== "hidden") throw new Error("no rows");
  const values = new Float32Array(result.data.buffer);
  return Array.from({ length: result.count }, (_, row) => values[row * width] ?? 0);
}
