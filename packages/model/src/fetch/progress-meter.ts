/** All in bytes. */
export interface WeightsProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of `doneBytes`, what the store held. */
  readonly cachedBytes: number;
  /** From the network, over the last seconds; 0 when nothing came. */
  readonly bytesPerSecond: number;
}

/** Speed is told over this much time: long enough to be readable, short enough to show a stall. */
const windowMs = 3000;
/** People see no more than ten changes a second, and each may cross a worker's border. */
const reportEveryMs = 100;
const sampleEveryMs = 100;

/** Counts a load's bytes (MO33). */
export class ProgressMeter {
  readonly #totalBytes: number;
  readonly #report: (progress: WeightsProgress) => void;
  readonly #now: () => number;
  readonly #startMs: number;
  #doneBytes = 0;
  #shownBytes = 0;
  #cachedBytes = 0;
  #reportedMs = -Infinity;
  #samples: { ms: number; bytes: number }[] = [];

  constructor(totalBytes: number, report: (progress: WeightsProgress) => void, now: () => number) {
    this.#totalBytes = totalBytes;
    this.#report = report;
    this.#now = now;
    this.#startMs = now();
    this.#show();
  }

  /** From the network. */
  came(bytes: number): void {
    const ms = this.#now();
    const last = this.#samples.at(-1);
    if (last !== undefined && ms - last.ms < sampleEveryMs) last.bytes += bytes;
    else this.#samples.push({ ms, bytes });
    this.placed(bytes);
  }

  cached(bytes: number): void {
    this.#cachedBytes += bytes;
    this.placed(bytes);
  }

  /** From elsewhere: another load, or a twin. */
  placed(bytes: number): void {
    this.#doneBytes += bytes;
    if (this.#now() - this.#reportedMs >= reportEveryMs) this.#show();
  }

  /** Bytes that came were wrong; they will come again. What is shown waits until they have. */
  undo(bytes: number): void {
    this.#doneBytes -= bytes;
  }

  finish(): void {
    this.#show();
  }

  #show(): void {
    const ms = this.#now();
    this.#reportedMs = ms;
    this.#shownBytes = Math.max(this.#shownBytes, this.#doneBytes);
    this.#samples = this.#samples.filter((sample) => ms - sample.ms <= windowMs);
    const recent = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    const seconds = Math.min(windowMs, Math.max(ms - this.#startMs, 1)) / 1000;
    this.#report({
      doneBytes: this.#shownBytes,
      totalBytes: this.#totalBytes,
      cachedBytes: this.#cachedBytes,
      bytesPerSecond: Math.round(recent / seconds),
    });
  }
}
