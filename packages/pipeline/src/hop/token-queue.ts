/** The first hop's tokens, by position, from whomever they came (RP6). */

/** How far ahead of what is run a token may be. */
const maxEarlyTokens = 64;

export class TokenQueue {
  readonly #early = new Map<number, number>();

  /**
   * Takes ids for positions from `position` on. Returns those that follow `length` without a gap, in order, early ones that
   * waited included; null when they are too far ahead to wait.
   */
  take(position: number, ids: readonly number[], length: number): readonly number[] | null {
    for (const [i, id] of ids.entries()) {
      const at = position + i;
      if (at < length) continue;
      if (at - length >= Math.max(maxEarlyTokens, ids.length)) return null;
      this.#early.set(at, id);
    }
    const ready: number[] = [];
    for (let at = length; ; at++) {
      const id = this.#early.get(at);
      if (id === undefined) break;
      ready.push(id);
      this.#early.delete(at);
    }
    return ready;
  }

  clear(): void {
    this.#early.clear();
  }
}
