import type { BackendOutput, BackendRun, BackendShard, CacheRun } from "../backend/backend.ts";

export interface DeskOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /**
   * Resolves when whatever has already arrived at this realm has been taken in. A run blocks the realm on the CPU, so
   * without it nobody who came meanwhile could go along in the next.
   */
  readonly takeIn?: (() => Promise<void>) | undefined;
}

/** What a run gave, and how long it had to wait for its turn. */
export interface Served {
  readonly output: BackendOutput;
  readonly waitedMs: number;
}

type Waiting =
  | ({ readonly kind: "run"; readonly since: number; readonly serve: (served: Served) => void } & CacheRun & Refusable)
  | ({ readonly kind: "task"; readonly start: () => Promise<void> } & Refusable);

interface Refusable {
  readonly refuse: (error: unknown) => void;
}

/** Rows of one run together, at most: each more costs the others some time, and they gain ever less. */
const mostTogether = 16;

/**
 * Who may use the backend next. What has waited longest goes first; where that is a single row, single rows of other
 * sessions that wait already go along in the same run. Nobody waits for company.
 */
export class Desk {
  readonly #shard: BackendShard;
  readonly #options: DeskOptions;
  #waiting: Waiting[] = [];
  #serving = false;

  constructor(shard: BackendShard, options: DeskOptions) {
    this.#shard = shard;
    this.#options = options;
  }

  /** Runs rows of one cache; of each cache one run at a time. */
  run(cache: CacheRun["cache"], run: BackendRun): Promise<Served> {
    const since = this.#options.now();
    return new Promise((serve, refuse) => this.#queue({ kind: "run", cache, run, since, serve, refuse }));
  }

  /** Anything else that touches the backend. */
  task<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, refuse) =>
      this.#queue({ kind: "task", start: async () => resolve(await task()), refuse }),
    );
  }

  #queue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (!this.#serving) void this.#serveAll();
  }

  async #serveAll(): Promise<void> {
    this.#serving = true;
    try {
      for (;;) {
        if (this.#shard.runTogether !== undefined) await this.#options.takeIn?.();
        const first = this.#waiting.shift();
        if (first === undefined) return;
        if (first.kind === "task") await first.start().catch(first.refuse);
        else await this.#serve([first, ...this.#companyOf(first)]);
      }
    } finally {
      this.#serving = false;
    }
  }

  /** Takes those from the queue that can go along with `first`. */
  #companyOf(first: RunWaiting): RunWaiting[] {
    if (this.#shard.runTogether === undefined || first.run.count !== 1) return [];
    const company: RunWaiting[] = [];
    let longest = first.run.position;
    let sum = longest;
    const stay: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (
        waiting.kind !== "run" ||
        waiting.run.count !== 1 ||
        waiting.run.logitsFrom !== first.run.logitsFrom ||
        company.length + 1 >= mostTogether ||
        !fit(company.length + 2, Math.max(longest, waiting.run.position), sum + waiting.run.position)
      ) {
        stay.push(waiting);
        continue;
      }
      company.push(waiting);
      longest = Math.max(longest, waiting.run.position);
      sum += waiting.run.position;
    }
    this.#waiting = stay;
    return company;
  }

  async #serve(runs: readonly RunWaiting[]): Promise<void> {
    const startedAt = this.#options.now();
    const served = (one: RunWaiting, output: BackendOutput, at: number): void =>
      one.serve({ output, waitedMs: at - one.since });
    if (runs.length > 1) {
      const outputs = await this.#shard.runTogether?.(runs).catch(() => undefined);
      if (outputs !== undefined)
        return runs.forEach((one, i) => {
          const output = outputs[i];
          if (output !== undefined) served(one, output, startedAt);
          else one.refuse(new Error(`a run of ${runs.length} gave ${outputs.length} outputs`));
        });
      // Whose fault it was shows when each runs alone.
    }
    for (const one of runs) {
      const at = this.#options.now();
      try {
        served(one, await this.#shard.run(one.cache, one.run), at);
      } catch (error) {
        one.refuse(error);
      }
    }
  }
}

type RunWaiting = Extract<Waiting, { readonly kind: "run" }>;

/** Caches of a run together are as long as the longest of them; no more than half of that may be padding. */
function fit(caches: number, longest: number, sum: number): boolean {
  const roundingSlack = 64;
  return caches * longest <= 2 * sum + caches * roundingSlack;
}
