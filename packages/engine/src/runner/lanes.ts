/** Lets one task through at a time in each lane, in the order of asking; lanes do not wait for each other. */
export class Lanes {
  /** Settled or not, the last task of every lane that still has one. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Does `task` after all that was asked before in each of the lanes. A failed task does not hold up the next. Tasks of
   * several lanes can't wait for each other in a circle, since each enters all of its lanes at once.
   */
  take<T>(lanes: readonly string[], task: () => Promise<T>): Promise<T> {
    const mine = Promise.all(lanes.map((lane) => this.#last.get(lane) ?? Promise.resolve())).then(task);
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    for (const lane of lanes) this.#last.set(lane, over);
    void over.then(() => {
      for (const lane of lanes) if (this.#last.get(lane) === over) this.#last.delete(lane);
    });
    return mine;
  }
}
