import type { Clock } from "../clock.ts";

/** Things that come out in the order they went in, each not before its time. One timer at a time. */
export class Lane<T> {
  readonly #clock: Clock;
  readonly #out: (item: T) => void;
  #waiting: { readonly at: number; readonly item: T }[] = [];
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, out: (item: T) => void) {
    this.#clock = clock;
    this.#out = out;
  }

  /** `atMs` on the clock; no earlier than the item before. */
  put(atMs: number, item: T): void {
    const last = this.#waiting.at(-1);
    this.#waiting.push({ at: Math.max(atMs, last?.at ?? 0), item });
    this.#arm();
  }

  clear(): void {
    this.#waiting = [];
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    const head = this.#waiting[0];
    if (head === undefined || this.#cancel !== null) return;
    this.#cancel = this.#clock.after(Math.max(0, head.at - this.#clock.now()), () => {
      this.#cancel = null;
      this.#release();
      this.#arm();
    });
  }

  #release(): void {
    // What a receiver sends in answer, even at once, goes out in a later round: never from inside another's delivery.
    const due = this.#waiting.findIndex(({ at }) => at > this.#clock.now());
    const batch = this.#waiting.splice(0, due === -1 ? this.#waiting.length : due);
    for (const { item } of batch) this.#out(item);
  }
}
