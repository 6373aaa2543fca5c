import type { ShardPlan } from "@potluck/model";
import type { BackendShard } from "../backend/backend.ts";
import { Ending } from "../ending.ts";
import { EngineError, type RunJob, type RunResult, type ShardRunner } from "../shard-runner.ts";
import { Desk, type DeskOptions } from "./desk.ts";
import { JobRun, type JobPlace } from "./job-run.ts";
import { KvBudget } from "./kv-budget.ts";
import { Lanes } from "./lanes.ts";
import { checkCopy, checkPosition, type Session } from "./session.ts";
import { shardFacts, type ShardFacts } from "./shard-facts.ts";

export interface LocalRunnerOptions extends DeskOptions {
  /** Positions that all sessions together may reserve. */
  readonly kvTokens: number;
  /** Called after every chunk: a sign of life for whoever watches over a long prefill. */
  readonly onChunk?: () => void;
}

/**
 * Sessions on a loaded shard in this realm: order, lengths, budgets, chunks, checks, dtypes, sampling. Calls for one
 * session take effect in the order they were made; sessions take turns at the {@link Desk}.
 */
export class LocalRunner implements ShardRunner {
  readonly facts: ShardFacts;
  readonly #shard: BackendShard;
  readonly #options: LocalRunnerOptions;
  readonly #lanes = new Lanes();
  readonly #desk: Desk;
  readonly #place: JobPlace;
  readonly #sessions = new Map<string, Session>();
  readonly #budget: KvBudget;
  readonly #ending = new Ending();
  /** Settles when every session that was asked to close so far has. */
  #closings: Promise<unknown> = Promise.resolve();

  constructor(shard: BackendShard, plan: ShardPlan, options: LocalRunnerOptions) {
    this.facts = shardFacts(plan);
    this.#shard = shard;
    this.#options = options;
    this.#desk = new Desk(shard, {
      now: options.now,
      // With one session there is nobody to go along.
      takeIn: async () => {
        if (this.#sessions.size > 1) await options.takeIn?.();
      },
    });
    this.#place = {
      facts: this.facts,
      maxChunk: shard.maxChunk,
      run: async (cache, run) => {
        const served = await this.#whileOpen(() => this.#desk.run(cache, run));
        options.onChunk?.();
        return served;
      },
    };
    this.#budget = new KvBudget(options.kvTokens);
    void shard.lost.then((error) => this.#ending.come(error));
  }

  get gone(): Promise<EngineError> {
    return this.#ending.promise;
  }

  get range(): ShardFacts["range"] {
    return this.facts.range;
  }
  get hasEmbedding(): boolean {
    return this.facts.hasEmbedding;
  }
  get hasHead(): boolean {
    return this.facts.hasHead;
  }
  get hiddenSize(): number {
    return this.facts.hiddenSize;
  }

  openSession(session: string, contextTokens: number): Promise<void> {
    const closings = this.#closings;
    return this.#inOrder([session], async () => {
      const limit = this.facts.maxPositions;
      if (!Number.isInteger(contextTokens) || contextTokens < 1 || contextTokens > limit)
        throw new EngineError(
          "context-full",
          `This model holds 1 to ${limit} tokens of context, not ${contextTokens}.`,
        );
      // Their share of the budget may be what this one needs.
      await closings;
      const open = this.#sessions.get(session);
      const held = open?.cache.capacity ?? 0;
      if (contextTokens <= held) return;
      this.#budget.reserve(contextTokens - held);
      try {
        if (open !== undefined) await this.#atDesk(() => open.cache.grow(contextTokens, open.length));
        else {
          const cache = await this.#atDesk(() => this.#shard.openCache(contextTokens));
          this.#sessions.set(session, { cache, length: 0 });
        }
      } catch (error) {
        this.#budget.release(contextTokens - held);
        throw error;
      }
    });
  }

  run(job: RunJob): Promise<RunResult> {
    const askedAt = this.#options.now();
    return this.#inOrder([job.session], async () => {
      const startedAt = this.#options.now();
      const session = this.#sessionNamed(job.session);
      const run = new JobRun(job, this.#place);
      checkPosition(session, job.position, run.positions);
      const before = session.length;
      try {
        await run.over(session);
        const ranAt = this.#options.now();
        const outcome = run.outcome();
        const us = (ms: number): number => Math.round(ms * 1000);
        return {
          ...outcome,
          times: {
            waitUs: us(startedAt - askedAt + run.waitedMs),
            computeUs: us(ranAt - startedAt - run.waitedMs - run.readBackMs),
            readBackUs: us(run.readBackMs),
            encodeUs: us(this.#options.now() - ranAt),
          },
        };
      } catch (error) {
        session.length = before;
        if (this.#ending.reason === null) await this.#atDesk(() => session.cache.truncate(before));
        throw error;
      }
    });
  }

  copyPositions(from: string, to: string, length: number): Promise<void> {
    return this.#inOrder([from, to], async () => {
      const [given, taken] = [this.#sessionNamed(from), this.#sessionNamed(to)];
      checkCopy(given, taken, length);
      if (length === 0) return;
      await this.#atDesk(() => taken.cache.copyFrom(given.cache, length));
      taken.length = length;
    });
  }

  truncate(session: string, length: number): Promise<void> {
    return this.#inOrder([session], async () => {
      const open = this.#sessionNamed(session);
      if (!Number.isInteger(length) || length < 0 || length > open.length)
        throw new EngineError(
          "position",
          `The chat has ${open.length} positions here and can't be cut back to ${length}.`,
        );
      await this.#atDesk(() => open.cache.truncate(length));
      open.length = length;
    });
  }

  closeSession(session: string): Promise<void> {
    const closed = this.#inOrder([session], async () => {
      const open = this.#sessions.get(session);
      if (open === undefined) return;
      this.#sessions.delete(session);
      await this.#atDesk(async () => open.cache.close());
      this.#budget.release(open.cache.capacity);
    });
    this.#closings = Promise.allSettled([this.#closings, closed]);
    return closed;
  }

  async close(): Promise<void> {
    this.#ending.come(new EngineError("closed", "This part of the model was closed."));
    // In turn, because a run in progress still uses the caches.
    await this.#desk.task(async () => {
      this.#sessions.clear();
      await this.#shard.close();
    });
  }

  /** Does `task` after the sessions' earlier calls; rejects at once when the shard goes. */
  #inOrder<T>(sessions: readonly string[], task: () => Promise<T>): Promise<T> {
    return this.#ending.unless(this.#lanes.take(sessions, () => this.#whileOpen(task)));
  }

  #atDesk<T>(task: () => Promise<T>): Promise<T> {
    return this.#desk.task(() => this.#whileOpen(task));
  }

  async #whileOpen<T>(task: () => Promise<T>): Promise<T> {
    if (this.#ending.reason !== null) throw this.#ending.reason;
    return await task();
  }

  #sessionNamed(session: string): Session {
    const open = this.#sessions.get(session);
    if (open === undefined)
      throw new EngineError("unknown-session", "This tab no longer holds that chat; its route must be set up again.");
    return open;
  }
}
