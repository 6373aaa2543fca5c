/** Rings once when somebody is waited for and shows no sign of life for `silenceMs`. */
export class SilenceWatch {
  readonly #silenceMs: number;
  readonly #timers: Timers;
  readonly #ring: () => void;
  #waiting = 0;
  #stop: (() => void) | null = null;

  constructor(silenceMs: number, timers: Timers, ring: () => void) {
    this.#silenceMs = silenceMs;
    this.#timers = timers;
    this.#ring = ring;
  }

  /** Waits for `answer`; others may be waited for at the same time. */
  async over<T>(answer: Promise<T>): Promise<T> {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#restart();
    try {
      return await answer;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.close();
    }
  }

  /** A sign of life. */
  heard(): void {
    if (this.#waiting > 0) this.#restart();
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #restart(): void {
    this.close();
    this.#stop = this.#timers.after(this.#silenceMs, this.#ring);
  }
}

export interface Timers {
  /** Calls `then` once after `ms`, unless the returned function was called before. */
  after(ms: number, then: () => void): () => void;
}
