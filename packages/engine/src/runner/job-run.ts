import type { Activations, BackendOutput, BackendRun, RowsIn } from "../backend/backend.ts";
import { Draw } from "../sampling/draw.ts";
import { EngineError, type DrawRequest, type RunJob, type RunResult } from "../shard-runner.ts";
import { drawForShard } from "./draw-for-shard.ts";
import type { Served } from "./desk.ts";
import { encodeRows, firstBadRow, rowsForShard } from "./rows.ts";
import type { Session } from "./session.ts";
import type { ShardFacts } from "./shard-facts.ts";

/** A job's way into the backend. */
export interface JobPlace {
  readonly facts: ShardFacts;
  readonly maxChunk: number;
  /** One run of the backend, in its turn. */
  readonly run: (cache: Session["cache"], run: BackendRun) => Promise<Served>;
}

/** A result before its times are known. */
type Untimed<T> = T extends RunResult ? Omit<T, "times"> : never;

/** One job on its way through the backend: chunk after chunk, drawing as it goes. */
export class JobRun {
  /** Positions that it needs in the cache. */
  readonly positions: number;
  readonly #place: JobPlace;
  readonly #wire: RunJob["wire"];
  readonly #input: RowsIn;
  readonly #count: number;
  readonly #request: DrawRequest | null;
  readonly #draw: Draw | null;
  readonly #hidden: Activations[] = [];
  #waitedMs = 0;
  #readBackMs = 0;

  /** Throws `internal` when the job does not fit the shard. */
  constructor(job: RunJob, place: JobPlace) {
    const { input, count } = rowsForShard(job.input, place.facts);
    this.#place = place;
    this.#wire = job.wire;
    this.#input = input;
    this.#count = count;
    this.#request = drawForShard(job.draw, count, place.facts);
    this.#draw = this.#request === null ? null : new Draw(this.#request);
    this.positions = count + (this.#request?.more ?? 0);
  }

  /** Time spent waiting for turns at the backend. */
  get waitedMs(): number {
    return this.#waitedMs;
  }
  get readBackMs(): number {
    return this.#readBackMs;
  }

  /** Runs all rows; advances the session's length with each run of the backend. */
  async over(session: Session): Promise<void> {
    const { maxChunk, facts } = this.#place;
    for (let at = 0; at < this.#count; at += maxChunk) {
      const to = Math.min(this.#count, at + maxChunk);
      const row = this.#draw?.nextRow ?? to;
      const output = await this.#step(session, {
        count: to - at,
        input: sliceRows(this.#input, at, to, facts.hiddenSize),
        logitsFrom: row < to ? row - at : null,
      });
      if (facts.hasHead) this.#draw?.fromRows(logitsOf(output), facts.vocabSize);
      else this.#hidden.push(output.values);
    }
    for (let more = this.#request?.more ?? 0; more > 0; more--) await this.#drawAgain(session);
  }

  /** What to answer when all rows have run. */
  outcome(): Untimed<RunResult> {
    const { facts } = this.#place;
    if (!facts.hasHead) return { kind: "hidden", ...encodeRows(this.#hidden, facts.hiddenSize, this.#wire) };
    return this.#draw === null ? { kind: "filled" } : { kind: "tokens", ids: this.#draw.ids };
  }

  /** Feeds what was drawn last, and draws from it. */
  async #drawAgain(session: Session): Promise<void> {
    if (this.#draw === null) return;
    const input = { kind: "tokens", ids: this.#draw.ids.slice(-1) } as const;
    this.#draw.from(logitsOf(await this.#step(session, { count: 1, input, logitsFrom: 0 })));
  }

  async #step(session: Session, run: Omit<BackendRun, "position">): Promise<BackendOutput> {
    const { hiddenSize, hasHead, vocabSize } = this.#place.facts;
    const { output, waitedMs } = await this.#place.run(session.cache, { position: session.length, ...run });
    this.#waitedMs += waitedMs;
    this.#readBackMs += output.readBackMs;
    const bad = firstBadRow(output.values, hasHead ? vocabSize : hiddenSize, hasHead ? "f32" : this.#wire);
    if (bad >= 0)
      throw new EngineError(
        "not-a-number",
        `This device computed something that is not a number at position ${session.length + (run.logitsFrom ?? 0) + bad}. Its driver can't be trusted with this model.`,
      );
    session.length += run.count;
    return output;
  }
}

function logitsOf({ values }: BackendOutput): Float32Array {
  if (!(values instanceof Float32Array)) throw new EngineError("internal", "The head's logits are not 32-bit floats.");
  return values;
}

function sliceRows(input: RowsIn, from: number, to: number, width: number): RowsIn {
  return input.kind === "tokens"
    ? { kind: "tokens", ids: input.ids.subarray(from, to) }
    : { kind: "hidden", values: input.values.subarray(from * width, to * width) };
}
