import type { Clock } from "@potluck/link";

interface Due {
  readonly at: number;
  /** Things of one instant happen in the order in which they were asked for. */
  readonly sequence: number;
  fn: (() => void) | null;
}

/** After so many events the process gets to read its own sockets and signals. */
const breathEvery = 20_000;

/**
 * Time that moves only from event to event. Between two events all promises settle, however long their chains are, so that
 * a run depends on nothing but its seed.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #sequence = 0;
  #heap: Due[] = [];
  #cancelled = 0;
  /** Events that have happened. */
  events = 0;

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, fn: () => void): () => void {
    const due: Due = { at: this.#nowMs + Math.max(0, ms), sequence: this.#sequence++, fn };
    this.#push(due);
    return () => {
      if (due.fn === null) return;
      due.fn = null;
      this.#cancelled += 1;
      if (this.#cancelled > 1000 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    };
  }

  /**
   * Lets things happen until `done` says so, at the latest at `untilMs`; `afterEach` is called after each event, when all
   * promises have settled. Rejects with what an event or `afterEach` throws. False when the time, or what is due, ran out.
   */
  async run(untilMs: number, done: () => boolean, afterEach: () => void = () => undefined): Promise<boolean> {
    await settled();
    while (!done()) {
      const due = this.#pop(untilMs);
      if (due === null) {
        if (Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#nowMs = Math.max(this.#nowMs, due.at);
      this.events += 1;
      const { fn } = due;
      due.fn = null;
      fn?.();
      await settled();
      afterEach();
      if (this.events % breathEvery === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }

  /** The earliest thing that is due until then, taken out. */
  #pop(untilMs: number): Due | null {
    for (let head = this.#heap[0]; head !== undefined && head.at <= untilMs; head = this.#heap[0]) {
      this.#removeHead();
      if (head.fn !== null) return head;
      this.#cancelled -= 1;
    }
    return null;
  }

  #sweep(): void {
    this.#heap = this.#heap.filter(({ fn }) => fn !== null).toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as Due;
      if (!isBefore(due, other)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = due;
  }

  #removeHead(): void {
    const heap = this.#heap;
    const moved = heap.pop() as Due;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Due, heap[below] as Due)) below += 1;
      if (!isBefore(heap[below] as Due, moved)) break;
      heap[at] = heap[below] as Due;
      at = below;
    }
    heap[at] = moved;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** Node runs its tick queue only when no microtask is left, whatever those started in the meantime. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
