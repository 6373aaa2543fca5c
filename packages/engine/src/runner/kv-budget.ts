import { EngineError } from "../shard-runner.ts";

/** Counts the positions that all sessions of a shard reserve. */
export class KvBudget {
  readonly #total: number;
  #used = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Throws `out-of-memory` when `tokens` more do not fit. */
  reserve(tokens: number): void {
    if (this.#used + tokens > this.#total)
      throw new EngineError(
        "out-of-memory",
        `This tab gives ${this.#total} tokens of memory to chats, and ${this.#total - this.#used} are free. Try again when another chat has ended.`,
      );
    this.#used += tokens;
  }

  release(tokens: number): void {
    this.#used -= tokens;
  }
}
