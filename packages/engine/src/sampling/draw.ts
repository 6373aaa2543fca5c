import type { DrawRequest } from "../shard-runner.ts";
import { sample } from "./sample.ts";

/** The tokens of one {@link DrawRequest}, drawn from one row of logits after the other, however the rows arrive. */
export class Draw {
  readonly #request: DrawRequest;
  readonly #ids: number[] = [];
  #wrong = false;

  constructor(request: DrawRequest) {
    this.#request = request;
  }

  /** Index of the next row to draw from, or null when no further row of the job gives a token. */
  get nextRow(): number | null {
    const { from, drafts } = this.#request;
    return this.#wrong || this.#ids.length > drafts.length ? null : from + this.#ids.length;
  }

  get ids(): Int32Array {
    return Int32Array.from(this.#ids);
  }

  /** Draws from `{@link nextRow}`'s logits `[vocabSize]`, or on a row past the job's last, from the token drawn before. */
  from(logits: Float32Array): number {
    const { sample: first, drafts } = this.#request;
    // The list can be as long as the chat, so it is made longer only where it is used.
    const penalised =
      first.repetitionPenalty === 1 || this.#ids.length === 0 ? first.penalised : [...first.penalised, ...this.#ids];
    const drawn = this.#ids.length;
    const id = sample(logits, { ...first, position: first.position + drawn, penalised });
    this.#ids.push(id);
    this.#wrong ||= drawn < drafts.length && id !== drafts[drawn];
    return id;
  }

  /** Draws from as many rows `[n, vocabSize]` as give a token. */
  fromRows(logits: Float32Array, vocabSize: number): void {
    for (let at = 0; at < logits.length && this.nextRow !== null; at += vocabSize)
      this.from(logits.subarray(at, at + vocabSize));
  }
}
