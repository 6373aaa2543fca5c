import * as Comlink from "comlink";
import type { ShardFacts } from "../runner/shard-facts.ts";
import { Ending } from "../ending.ts";
import { EngineError, type RunJob, type RunResult, type ShardRunner } from "../shard-runner.ts";
import { SilenceWatch, type Timers } from "./silence-watch.ts";
import {
  isWorkerEvent,
  unwrap,
  type EngineWorkerApi,
  type OpenedShard,
  type OpenRequest,
  type Outcome,
  type Sabotage,
  type WorkerEvent,
} from "./worker-api.ts";

/** What this side needs of a Worker. */
export type WorkerLike = Pick<Worker, "postMessage" | "addEventListener" | "removeEventListener" | "terminate">;

export interface WorkerShardOptions {
  readonly worker: WorkerLike;
  readonly timers: Timers;
  /** Longest silence of the worker while it owes an answer. */
  readonly silenceMs: number;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** A shard that lives in a worker. Whatever befalls the worker, every call ends. */
export class WorkerShard implements ShardRunner {
  readonly #worker: WorkerLike;
  readonly #api: Comlink.Remote<EngineWorkerApi>;
  readonly #watch: SilenceWatch;
  readonly #onEvent: (event: WorkerEvent) => void;
  readonly #ending = new Ending();
  #facts: OpenedShard | null = null;

  constructor(options: WorkerShardOptions) {
    this.#worker = options.worker;
    this.#onEvent = options.onEvent;
    this.#api = Comlink.wrap<EngineWorkerApi>(options.worker);
    this.#watch = new SilenceWatch(options.silenceMs, options.timers, () =>
      this.finish(crashed(`it gave no sign of life for ${Math.round(options.silenceMs / 1000)} s`)),
    );
    this.#worker.addEventListener("message", this.#onMessage);
    this.#worker.addEventListener("error", this.#onError);
    this.#worker.addEventListener("messageerror", this.#onError);
  }

  /** Loads the shard. Throws {@link EngineError}; the worker is gone then. */
  async open(request: OpenRequest): Promise<void> {
    try {
      this.#facts = await this.#ask(() => this.#api.open(request));
    } catch (error) {
      this.finish(error instanceof EngineError ? error : crashed(String(error)));
      throw error;
    }
  }

  get gone(): Promise<EngineError> {
    return this.#ending.promise;
  }
  get facts(): OpenedShard {
    if (this.#facts === null) throw new Error("the shard is not open yet");
    return this.#facts;
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
    return this.#ask(() => this.#api.openSession(session, contextTokens));
  }

  run(job: RunJob): Promise<RunResult> {
    return this.#ask(() => {
      if (job.input.kind === "tokens") return this.#api.run(job);
      // A copy, because callers keep the rows for replay, and of these bytes alone, whatever buffer they lie in.
      const data = job.input.data.slice();
      return this.#api.run(Comlink.transfer({ ...job, input: { ...job.input, data } }, [data.buffer]));
    });
  }

  copyPositions(from: string, to: string, length: number): Promise<void> {
    return this.#ask(() => this.#api.copyPositions(from, to, length));
  }

  truncate(session: string, length: number): Promise<void> {
    return this.#ask(() => this.#api.truncate(session, length));
  }

  closeSession(session: string): Promise<void> {
    return this.#ask(() => this.#api.closeSession(session));
  }

  /** Ends the worker, which frees everything; no need to wait for what it is doing. */
  async close(): Promise<void> {
    this.finish(new EngineError("closed", "This part of the model was closed."));
  }

  /** For tests. */
  sabotage(how: Sabotage): void {
    void this.#api.sabotage(how);
  }

  /** Ends the worker; the first reason stays. */
  finish(error: EngineError): void {
    if (this.#ending.reason !== null) return;
    this.#watch.close();
    this.#worker.removeEventListener("message", this.#onMessage);
    this.#worker.removeEventListener("error", this.#onError);
    this.#worker.removeEventListener("messageerror", this.#onError);
    this.#worker.terminate();
    this.#ending.come(error);
  }

  async #ask<T>(call: () => Promise<Outcome<T>>): Promise<T> {
    if (this.#ending.reason !== null) throw this.#ending.reason;
    return unwrap(await this.#watch.over(this.#ending.unless(call())));
  }

  readonly #onMessage = (message: Event): void => {
    this.#watch.heard();
    const data: unknown = (message as MessageEvent).data;
    if (!isWorkerEvent(data)) return;
    if (data.event === "gone") this.finish(new EngineError(data.fault, data.message));
    else this.#onEvent(data);
  };

  readonly #onError = (event: Event): void => {
    event.preventDefault();
    this.finish(crashed((event as ErrorEvent).message ?? "a message could not be read"));
  };
}

function crashed(how: string): EngineError {
  return new EngineError(
    "worker-crashed",
    `The part of the page that runs the model stopped (${how}). Start it again; if this repeats, lower the memory budget.`,
  );
}
