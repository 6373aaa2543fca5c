/** Lets one task through at a time, in the order of asking. A failed task does not hold up the next. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(task: () => Promise<T> | T): Promise<T> {
    const mine = this.#last.then(task);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
