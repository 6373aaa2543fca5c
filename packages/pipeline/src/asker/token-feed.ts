/** The asker's way to the first hop: ids by position. The twin of a hop's `Onward`, with ids in place of rows. */
import { prefillChunkTokens } from "@potluck/protocol";

export interface TokenFeedOptions {
  /** Sends ids of positions from `position` on. Rejects when the link is lost. */
  readonly send: (position: number, ids: Int32Array) => Promise<void>;
  readonly lost: (error: unknown) => void;
}

/**
 * Sends a prompt, and after a repair what the first hop lacks (RP3). Tokens that are drawn while all is well go from the
 * last hop to the first and never through here.
 */
export class TokenFeed {
  readonly #options: TokenFeedOptions;
  /** Raised by every call, which ends what an older one still sends. */
  #generation = 0;
  #isWaiting = false;

  constructor(options: TokenFeedOptions) {
    this.#options = options;
  }

  /** Whether the first hop has yet to say, in this epoch, from where it needs tokens. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  hold(): void {
    this.#generation += 1;
    this.#isWaiting = true;
  }

  /** Sends `ids[from]` and all after it, in chunks, as they are now. */
  flowFrom(from: number, ids: readonly number[]): void {
    this.#generation += 1;
    this.#isWaiting = false;
    void this.#run(from, ids.slice(from), this.#generation);
  }

  async #run(from: number, ids: readonly number[], generation: number): Promise<void> {
    for (let at = 0; at < ids.length; at += prefillChunkTokens) {
      if (generation !== this.#generation) return;
      try {
        await this.#options.send(from + at, Int32Array.from(ids.slice(at, at + prefillChunkTokens)));
      } catch (error) {
        if (generation === this.#generation) this.#options.lost(error);
        return;
      }
    }
  }
}
