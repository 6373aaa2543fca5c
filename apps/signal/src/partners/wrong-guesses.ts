const maxWrong = 10;
const windowMs = 60_000;
/** Addresses that are remembered; the token is far too long to be guessed by however many. */
const maxAddresses = 10_000;

/** Who guessed wrong ten times within a minute waits until that minute is over. Times are ms of one clock that never goes back. */
export class WrongGuesses {
  readonly #addresses = new Map<string, { wrong: number; readonly sinceMs: number }>();

  mayGuess(address: string, nowMs: number): boolean {
    const seen = this.#addresses.get(address);
    return seen === undefined || seen.wrong < maxWrong || nowMs - seen.sinceMs >= windowMs;
  }

  wrong(address: string, nowMs: number): void {
    const seen = this.#addresses.get(address);
    if (seen !== undefined && nowMs - seen.sinceMs < windowMs) {
      seen.wrong += 1;
      return;
    }
    this.#addresses.delete(address);
    for (const oldest of this.#addresses.keys()) {
      if (this.#addresses.size < maxAddresses) break;
      this.#addresses.delete(oldest);
    }
    this.#addresses.set(address, { wrong: 1, sinceMs: nowMs });
  }
}
