/** A timer of Node fires up to a millisecond and a half late, so the rest is waited for in rounds of the event loop. */
const spinMs = 1.6;

/** Calls things at their times, to a tenth of a millisecond while the process is not busy. Same time: in the order of `put`. */
export class DelayLine {
  #waiting: { readonly at: number; readonly out: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #spin: NodeJS.Immediate | null = null;

  /** `at` on `performance.now`'s clock. What is due already is called at once if nothing waits before it. */
  put(at: number, out: () => void): void {
    if (this.#waiting.length === 0 && at <= performance.now()) return out();
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1]?.at ?? 0) > at) index--;
    this.#waiting.splice(index, 0, { at, out });
    if (index === 0) this.#arm();
  }

  clear(): void {
    this.#waiting = [];
    this.#disarm();
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#spin !== null) clearImmediate(this.#spin);
    this.#timer = null;
    this.#spin = null;
  }

  #arm(): void {
    this.#disarm();
    const head = this.#waiting[0];
    if (head === undefined) return;
    const left = head.at - performance.now();
    if (left > spinMs) this.#timer = setTimeout(() => this.#arm(), left - spinMs);
    else this.#spin = setImmediate(() => this.#release());
  }

  #release(): void {
    const now = performance.now();
    let due = 0;
    while (due < this.#waiting.length && (this.#waiting[due]?.at ?? 0) <= now) due++;
    for (const { out } of this.#waiting.splice(0, due)) out();
    this.#arm();
  }
}
