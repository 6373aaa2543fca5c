import type { ShardPlan } from "@potluck/model";
import type { Activations, BackendOutput, BackendRun, BackendShard, KvCache, RowsIn } from "../backend/backend.ts";
import { Draw } from "../sampling/draw.ts";
import { EngineError, type RunJob, type RunResult, type ShardRunner } from "../shard-runner.ts";
import { Ending } from "../ending.ts";
import { Turnstile } from "../turnstile.ts";
import { drawForShard } from "./draw-for-shard.ts";
import { KvBudget } from "./kv-budget.ts";
import { encodeRows, firstBadRow, rowsForShard } from "./rows.ts";
import { shardFacts, type ShardFacts } from "./shard-facts.ts";

/** One session's cache and how many of its positions are filled. */
interface Session {
  readonly cache: KvCache;
  length: number;
}

export interface LocalRunnerOptions {
  /** Positions that all sessions together may reserve. */
  readonly kvTokens: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Called after every chunk: a sign of life for whoever watches over a long prefill. */
  readonly onChunk?: () => void;
}

/** Sessions on a loaded shard in this realm: order, lengths, budgets, chunks, checks, dtypes, sampling. */
export class LocalRunner implements ShardRunner {
  readonly facts: ShardFacts;
  readonly #shard: BackendShard;
  readonly #options: LocalRunnerOptions;
  readonly #turns = new Turnstile();
  readonly #sessions = new Map<string, Session>();
  readonly #budget: KvBudget;
  readonly #ending = new Ending();

  constructor(shard: BackendShard, plan: ShardPlan, options: LocalRunnerOptions) {
    this.facts = shardFacts(plan);
    this.#shard = shard;
    this.#options = options;
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
    return this.#inTurn(async () => {
      const limit = this.facts.maxPositions;
      if (!Number.isInteger(contextTokens) || contextTokens < 1 || contextTokens > limit)
        throw new EngineError(
          "context-full",
          `This model holds 1 to ${limit} tokens of context, not ${contextTokens}.`,
        );
      const open = this.#sessions.get(session);
      const held = open?.cache.capacity ?? 0;
      if (contextTokens <= held) return;
      this.#budget.reserve(contextTokens - held);
      try {
        if (open !== undefined) await open.cache.grow(contextTokens, open.length);
        else this.#sessions.set(session, { cache: await this.#shard.openCache(contextTokens), length: 0 });
      } catch (error) {
        this.#budget.release(contextTokens - held);
        throw error;
      }
    });
  }

  run(job: RunJob): Promise<RunResult> {
    const askedAt = this.#options.now();
    return this.#inTurn(async () => {
      const startedAt = this.#options.now();
      const session = this.#sessionNamed(job.session);
      const rows = { ...rowsForShard(job.input, this.facts), wire: job.wire };
      const request = drawForShard(job.draw, rows.count, this.facts);
      const more = request?.more ?? 0;
      checkPosition(session, job.position, rows.count + more);
      const before = session.length;
      try {
        const draw = request === null ? null : new Draw(request);
        const ran = await this.#runChunks(session, rows, draw);
        const readBackMs = ran.readBackMs + (draw === null ? 0 : await this.#drawMore(session, draw, more));
        const encodeFrom = this.#options.now();
        const outcome = this.#outcome(ran, job.wire, draw);
        const endedAt = this.#options.now();
        const us = (ms: number): number => Math.round(ms * 1000);
        return {
          ...outcome,
          times: {
            waitUs: us(startedAt - askedAt),
            computeUs: us(encodeFrom - startedAt - readBackMs),
            readBackUs: us(readBackMs),
            encodeUs: us(endedAt - encodeFrom),
          },
        };
      } catch (error) {
        session.length = before;
        if (this.#ending.reason === null) await session.cache.truncate(before);
        throw error;
      }
    });
  }

  truncate(session: string, length: number): Promise<void> {
    return this.#inTurn(async () => {
      const open = this.#sessionNamed(session);
      if (!Number.isInteger(length) || length < 0 || length > open.length)
        throw new EngineError(
          "position",
          `The chat has ${open.length} positions here and can't be cut back to ${length}.`,
        );
      await open.cache.truncate(length);
      open.length = length;
    });
  }

  closeSession(session: string): Promise<void> {
    return this.#inTurn(async () => {
      const open = this.#sessions.get(session);
      if (open === undefined) return;
      this.#sessions.delete(session);
      this.#budget.release(open.cache.capacity);
      open.cache.close();
    });
  }

  async close(): Promise<void> {
    this.#ending.come(new EngineError("closed", "This part of the model was closed."));
    // In turn, because a run in progress still uses the caches.
    await this.#turns.take(async () => {
      this.#sessions.clear();
      await this.#shard.close();
    });
  }

  /** Runs `task` when it is its turn, unless the shard is gone by then; when it goes in the middle, rejects at once. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#ending.unless(
      this.#turns.take(() => {
        if (this.#ending.reason !== null) throw this.#ending.reason;
        return task();
      }),
    );
  }

  #sessionNamed(session: string): Session {
    const open = this.#sessions.get(session);
    if (open === undefined)
      throw new EngineError("unknown-session", "This tab no longer holds that chat; its route must be set up again.");
    return open;
  }

  #outcome(ran: Ran, wire: "f32" | "f16", draw: Draw | null): Untimed<RunResult> {
    if (!this.hasHead) return { kind: "hidden", ...encodeRows(ran.outputs, this.hiddenSize, wire) };
    return draw === null ? { kind: "filled" } : { kind: "tokens", ids: draw.ids };
  }

  /** Feeds the rows in chunks, drawing on the way; hidden rows are returned. */
  async #runChunks(session: Session, rows: JobRows, draw: Draw | null): Promise<Ran> {
    const outputs: Activations[] = [];
    let readBackMs = 0;
    for (let at = 0; at < rows.count; at += this.#shard.maxChunk) {
      const to = Math.min(rows.count, at + this.#shard.maxChunk);
      const row = draw?.nextRow ?? to;
      const step = await this.#step(session, {
        count: to - at,
        input: sliceRows(rows.input, at, to, this.hiddenSize),
        logitsFrom: row < to ? row - at : null,
        wire: rows.wire,
      });
      readBackMs += step.readBackMs;
      if (this.hasHead) draw?.fromRows(logitsOf(step), this.facts.vocabSize);
      else outputs.push(step.values);
    }
    return { outputs, readBackMs };
  }

  /** Feeds what was drawn and draws from it, `times` times. */
  async #drawMore(session: Session, draw: Draw, times: number): Promise<number> {
    let readBackMs = 0;
    for (let i = 0; i < times; i++) {
      const input = { kind: "tokens", ids: draw.ids.slice(-1) } as const;
      const step = await this.#step(session, { count: 1, input, logitsFrom: 0, wire: "f32" });
      draw.from(logitsOf(step));
      readBackMs += step.readBackMs;
    }
    return readBackMs;
  }

  /** One run of the backend; advances the session's length. */
  async #step(session: Session, step: Step): Promise<BackendOutput> {
    const { hiddenSize, hasHead, vocabSize } = this.facts;
    const output = await this.#shard.run(session.cache, { position: session.length, ...step });
    const bad = firstBadRow(output.values, hasHead ? vocabSize : hiddenSize, hasHead ? "f32" : step.wire);
    if (bad >= 0)
      throw new EngineError(
        "not-a-number",
        `This device computed something that is not a number at position ${session.length + (step.logitsFrom ?? 0) + bad}. Its driver can't be trusted with this model.`,
      );
    session.length += step.count;
    this.#options.onChunk?.();
    return output;
  }
}

/** One run of the backend, short of the position, which is the session's length. */
interface Step extends Omit<BackendRun, "position"> {
  /** Dtype in which hidden rows leave this tab. */
  readonly wire: "f32" | "f16";
}

interface JobRows {
  readonly input: RowsIn;
  readonly count: number;
  readonly wire: "f32" | "f16";
}

interface Ran {
  /** Hidden rows of every chunk; none on a shard with the head. */
  readonly outputs: readonly Activations[];
  readonly readBackMs: number;
}

/** A result before its times are known. */
type Untimed<T> = T extends RunResult ? Omit<T, "times"> : never;

function logitsOf({ values }: BackendOutput): Float32Array {
  if (!(values instanceof Float32Array)) throw new EngineError("internal", "The head's logits are not 32-bit floats.");
  return values;
}

function sliceRows(input: RowsIn, from: number, to: number, width: number): RowsIn {
  return input.kind === "tokens"
    ? { kind: "tokens", ids: input.ids.subarray(from, to) }
    : { kind: "hidden", values: input.values.subarray(from * width, to * width) };
}

function checkPosition(session: Session, position: number, count: number): void {
  if (position !== session.length)
    throw new EngineError(
      "position",
      `The chat has ${session.length} positions here, and a run came for position ${position}.`,
    );
  if (position + count > session.cache.capacity)
    throw new EngineError(
      "context-full",
      `The chat's ${session.cache.capacity} tokens of context are full. Start a new chat or ask for more context.`,
    );
}
