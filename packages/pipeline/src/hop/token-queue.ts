/** The first hop's true tokens, by position, from whomever they came (RP6). */

/** How many tokens may wait for those before them; during a replay they may be far ahead. */
const maxEarlyTokens = 64;

export class TokenQueue {
  readonly #early = new Map<number, number>();
  #known = 0;

  /** Positions whose true ids have come, from 0 without a gap. */
  get known(): number {
    return this.#known;
  }

  /**
   * Takes ids for positions from `position` on. Returns those that follow what is known without a gap, in order, early ones
   * that waited included; null when too many would have to wait.
   */
  take(position: number, ids: Iterable<number>): readonly number[] | null {
    let at = position;
    for (const id of ids) {
      if (at >= this.#known) this.#early.set(at, id);
      at += 1;
    }
    const ready: number[] = [];
    for (;;) {
      const id = this.#early.get(this.#known);
      if (id === undefined) break;
      ready.push(id);
      this.#early.delete(this.#known);
      this.#known += 1;
    }
    return this.#early.size > maxEarlyTokens ? null : ready;
  }

  /** Only the first `known` positions are certain from now on. */
  reset(known: number): void {
    this.#early.clear();
    this.#known = known;
  }
}
