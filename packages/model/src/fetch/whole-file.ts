import { SourceError } from "../read/byte-source.ts";

/**
 * A file that its server only hands out whole, while and after it comes: one download, any number of readers (MO21).
 * Bytes of a download that starts over are compared with those already here.
 */
export class WholeFile {
  readonly sizeBytes: number;
  readonly #label: string;
  readonly #bytes: Uint8Array;
  #filled = 0;
  #failure: { readonly error: unknown } | null = null;
  #waiting: (() => void)[] = [];
  #readers = 0;
  readonly #abandon = new AbortController();

  /** Throws a RangeError when the platform has no `sizeBytes` of memory. */
  constructor(label: string, sizeBytes: number) {
    this.#label = label;
    this.sizeBytes = sizeBytes;
    this.#bytes = new Uint8Array(sizeBytes);
  }

  /** Aborts when every reader has left before the end; the download should then stop. */
  get abandoned(): AbortSignal {
    return this.#abandon.signal;
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  /** A position in one download, from the file's start. Returns where the next chunk goes. */
  put(at: number, chunk: Uint8Array): number {
    const end = at + chunk.length;
    const known = Math.min(end, this.#filled) - at;
    if (end > this.sizeBytes || !sameBytes(chunk.subarray(0, Math.max(known, 0)), this.#bytes.subarray(at, at + known)))
      throw new SourceError("changed", `${this.#label} changed while it was downloaded. Load the model again.`);
    if (end > this.#filled) {
      this.#bytes.set(chunk.subarray(known), at + known);
      this.#filled = end;
      this.#wake();
    }
    return end;
  }

  get complete(): boolean {
    return this.#filled === this.sizeBytes;
  }

  /** Tells readers who wait for more that there won't be. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  /** The bytes `[from, to)` as they come. */
  async *range(from: number, to: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
    let at = from;
    this.#readers += 1;
    const wake = (): void => this.#wake();
    signal?.addEventListener("abort", wake);
    try {
      while (at < to) {
        signal?.throwIfAborted();
        const end = Math.min(to, this.#filled);
        if (end > at) {
          yield this.#bytes.slice(at, end);
          at = end;
        } else if (this.#failure !== null) throw this.#failure.error;
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      this.#readers -= 1;
      if (this.#readers === 0 && at < to && !this.complete) this.#abandon.abort();
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
