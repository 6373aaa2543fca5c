import { after, ahead, maxMissing } from "./stripe-message.ts";

/**
 * Messages ahead of a missing one that a receiver holds: 4.7 MB of the largest. A sender keeps to it by what it was told
 * has arrived.
 */
export const windowMessages = 1024;

/** Puts numbered messages back in order, each once. */
export class Reorder {
  readonly #deliver: (message: Uint8Array) => void;
  readonly #held = new Map<number, Uint8Array>();
  #next = 0;
  /** One past the last message that is known to have been sent. */
  #end = 0;

  constructor(deliver: (message: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  /** The number of the message that is delivered next. */
  get next(): number {
    return this.#next;
  }

  /** Something is known to be on its way that was overtaken, or was last. */
  get hasGap(): boolean {
    return ahead(this.#end, this.#next) > 0;
  }

  /** False for a number that no sender of ours can have reached. */
  take(number: number, message: Uint8Array): boolean {
    const distance = ahead(number, this.#next);
    // One more than a window: a goodbye does not wait.
    if (distance > windowMessages) return false;
    if (distance < 0 || this.#held.has(number)) return true;
    if (distance > 0) {
      this.#held.set(number, message);
      return this.sent(after(number));
    }
    for (let next: Uint8Array | undefined = message; next !== undefined; next = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next = after(this.#next);
      this.#deliver(next);
    }
    if (ahead(this.#end, this.#next) < 0) this.#end = this.#next;
    return true;
  }

  /** The far side has sent everything before `end`. False as for `take`. */
  sent(end: number): boolean {
    if (ahead(end, this.#next) > windowMessages + 1) return false;
    if (ahead(end, this.#end) > 0) this.#end = end;
    return true;
  }

  /** The first of those that are missing. */
  missing(): number[] {
    const numbers: number[] = [];
    for (let n = this.#next; ahead(this.#end, n) > 0 && numbers.length < maxMissing; n = after(n))
      if (!this.#held.has(n)) numbers.push(n);
    return numbers;
  }

  clear(): void {
    this.#held.clear();
    this.#end = this.#next;
  }
}
