import type { EngineError } from "./shard-runner.ts";

/**
 * An end that much work is raced against. Promise.race would do, but it keeps every result alive for as long as the end has
 * not come, and a donor's shard runs for days.
 */
export class Ending {
  /** Never rejects. */
  readonly promise: Promise<EngineError>;
  #reason: EngineError | null = null;
  readonly #waiting = new Set<(reason: EngineError) => void>();
  #resolve: (reason: EngineError) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Null as long as it has not come. */
  get reason(): EngineError | null {
    return this.#reason;
  }

  /** The first reason stays. Everything that waits rejects with it. */
  come(reason: EngineError): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#resolve(reason);
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  /** Settles as `work` does, or rejects with the reason when the end comes first. */
  unless<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#reason !== null) reject(this.#reason);
      else this.#waiting.add(reject);
      work.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(error);
        },
      );
    });
  }
}
