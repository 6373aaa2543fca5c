/**
 * What a session may ask of a loaded shard. Implemented by the engine's worker client (browser), by the in-process engine
 * (Node) and by oracles in tests. Calls may overlap; the engine runs them one at a time in the order they came.
 */

/** Rows of activations: `[count, width]`, little-endian, row-major. */
export interface HiddenRows {
  readonly dtype: "f32" | "f16";
  readonly count: number;
  readonly width: number;
  /** `count * width` values; `byteOffset` is a multiple of 4. */
  readonly data: Uint8Array;
}

/** How to pick a token from logits; the field meanings of the protocol's `Sampling`. */
export interface SampleRequest {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly seed: number;
  /** Position the sampled token will have; the generator's counter. */
  readonly position: number;
  /** Ids whose logits the repetition penalty touches. */
  readonly penalised: readonly number[];
}

/**
 * Which tokens to draw in one run. A row at position p gives the token of position p + 1. Drawing goes on from row to row
 * while the next row is the row of the token just drawn, so that guesses are verified in one run (SD2).
 */
export interface DrawRequest {
  /** Index, among the job's rows, of the first row that gives a token; rows before it only fill the cache. */
  readonly from: number;
  /** For the first drawn token. Later ones have the positions after it, and what was drawn counts as penalised. */
  readonly sample: SampleRequest;
  /** `[count - from - 1]` ids of the rows after `from`, which are guesses. */
  readonly drafts: Int32Array;
  /**
   * Only on a shard of the whole model, and with no `drafts`: how many times the drawn token is fed as the next row and
   * another drawn. `1 + more` ids come back; all but the last are in the cache as well as the job's rows.
   */
  readonly more?: number;
}

export interface RunJob {
  readonly session: string;
  /** Position of the first row; must equal the session's length in this shard. */
  readonly position: number;
  readonly input: { readonly kind: "tokens"; readonly ids: Int32Array } | ({ readonly kind: "hidden" } & HiddenRows);
  /** Dtype of returned hidden rows. */
  readonly wire: "f32" | "f16";
  /** On a shard with the head: what to draw, or null to only fill the cache. */
  readonly draw: DrawRequest | null;
}

/** Microseconds spent in one run. */
export interface RunTimes {
  readonly waitUs: number;
  readonly computeUs: number;
  readonly readBackUs: number;
  readonly encodeUs: number;
}

export type RunResult =
  | ({ readonly kind: "hidden"; readonly times: RunTimes } & HiddenRows)
  /** One or more: the drawn ids up to and with the first that is not its draft. All rows are in the cache even so. */
  | { readonly kind: "tokens"; readonly ids: Int32Array; readonly times: RunTimes }
  | { readonly kind: "filled"; readonly times: RunTimes };

export const engineFaults = [
  "no-webgpu",
  "no-f16",
  "device-lost",
  "out-of-memory",
  "not-a-number",
  "known-answer",
  "weights",
  "weights-unreachable",
  "storage-full",
  "worker-crashed",
  "unknown-session",
  "position",
  "context-full",
  "closed",
  "internal",
] as const;
export type EngineFault = (typeof engineFaults)[number];

/** Why a shard can't do what was asked, with a sentence for people that says what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly fault: EngineFault;
  constructor(fault: EngineFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

export interface ShardRunner {
  readonly range: { readonly from: number; readonly to: number };
  readonly hasEmbedding: boolean;
  readonly hasHead: boolean;
  readonly hiddenSize: number;
  /** Reserves KV for `contextTokens` positions; on an open session grows it. Throws `out-of-memory` when it does not fit. */
  openSession(session: string, contextTokens: number): Promise<void>;
  /** Runs rows through the layers and appends their KV. Throws {@link EngineError}; after one the session's KV is as before the call. */
  run(job: RunJob): Promise<RunResult>;
  /**
   * Gives the open, empty session `to` the KV of the first `length` positions of session `from`, so that chats with the same
   * beginning compute it once. In turn with the calls of both; what `from` does later does not change `to`. Throws
   * `unknown-session` for either, `position` when `to` is not empty or `from` is shorter, `context-full` when `to` has
   * reserved less; `to` stays empty then.
   */
  copyPositions(from: string, to: string, length: number): Promise<void>;
  /** Forgets positions from `length` on. Throws `position` when the session is shorter. */
  truncate(session: string, length: number): Promise<void>;
  /** Frees the session's KV; unknown ids are ignored. */
  closeSession(session: string): Promise<void>;
  /** Resolves when the shard can no longer run: device lost, worker crashed, closed. Never rejects. */
  readonly gone: Promise<EngineError>;
  close(): Promise<void>;
}
