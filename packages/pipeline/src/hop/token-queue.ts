/** The first hop's tokens, by position, from whomever they came (RP6). */

/** How many tokens may wait for those before them; during a replay they may be far ahead. */
const maxEarlyTokens = 64;

export class TokenQueue {
  readonly #early = new Map<number, number>();

  /**
   * Takes ids for positions from `position` on. Returns those that follow `length` without a gap, in order, early ones that
   * waited included; null when too many would have to wait.
   */
  take(position: number, ids: readonly number[], length: number): readonly number[] | null {
    for (const [i, id] of ids.entries()) {
      const at = position + i;
      if (at >= length) this.#early.set(at, id);
    }
    const ready: number[] = [];
    for (let at = length; ; at++) {
      const id = this.#early.get(at);
      if (id === undefined) break;
      ready.push(id);
      this.#early.delete(at);
    }
    return this.#early.size > maxEarlyTokens ? null : ready;
  }

  clear(): void {
    this.#early.clear();
  }
}
