/** Lets one task through at a time in each lane, in the order of asking; lanes do not wait for each other. */
export class Lanes {
  /** Settled or not, the last task of every lane that still has one. */
  readonly #last = new Map<string, Promise<void>>();

  /** A failed task does not hold up the next. */
  take<T>(lane: string, task: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(lane) ?? Promise.resolve()).then(task);
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(lane, over);
    void over.then(() => {
      if (this.#last.get(lane) === over) this.#last.delete(lane);
    });
    return mine;
  }
}
