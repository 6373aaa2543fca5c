/** What a page and its engine worker say to each other. Both are our own code from one bundle, so nothing is parsed here. */
import type { ShardRange } from "@potluck/model";
import type { ShardFacts } from "../runner/shard-facts.ts";
import { EngineError, type EngineFault, type RunJob, type RunResult } from "../shard-runner.ts";
import type { RuntimeUrls } from "./runtime-build.ts";

export interface LoadProgress {
  readonly stage: "download" | "compile" | "check";
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of `doneBytes`, what came from this device's cache. */
  readonly cachedBytes: number;
  /** Over the last seconds; 0 when nothing came. */
  readonly bytesPerSecond: number;
}

export interface OpenRequest {
  /** Absolute. */
  readonly manifestUrl: string;
  readonly range: ShardRange;
  readonly backend: "webgpu" | "wasm";
  readonly powerPreference: GPUPowerPreference;
  readonly kvTokens: number;
  readonly runtimeUrls: Partial<RuntimeUrls>;
  readonly maxChunk: number;
}

export interface OpenedShard extends ShardFacts {
  readonly backend: "webgpu" | "wasm";
}

/** Errors lose their class and fields on the way through a port, so failures travel as values. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: EngineFault; readonly message: string };

export interface EngineWorkerApi {
  /** Once a worker. */
  open(request: OpenRequest): Promise<Outcome<OpenedShard>>;
  openSession(session: string, contextTokens: number): Promise<Outcome<void>>;
  run(job: RunJob): Promise<Outcome<RunResult>>;
  copyPositions(from: string, to: string, length: number): Promise<Outcome<void>>;
  truncate(session: string, length: number): Promise<Outcome<void>>;
  closeSession(session: string): Promise<Outcome<void>>;
  close(): Promise<Outcome<void>>;
  /** For tests: what a driver reset, a crash or an endless loop look like from outside. */
  sabotage(how: Sabotage): void;
}

export type Sabotage = "lose-device" | "crash" | "freeze";

/** What the worker tells unasked, as plain messages beside comlink's. */
export type WorkerEvent =
  | { readonly event: "alive" }
  | { readonly event: "progress"; readonly progress: LoadProgress }
  | { readonly event: "not-kept"; readonly message: string }
  | { readonly event: "gone"; readonly fault: EngineFault; readonly message: string };

export function isWorkerEvent(data: unknown): data is WorkerEvent {
  return typeof data === "object" && data !== null && "event" in data;
}

/** The value, or an {@link EngineError} thrown on this side. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new EngineError(outcome.fault, outcome.message);
}
