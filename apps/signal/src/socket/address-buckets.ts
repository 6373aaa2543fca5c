import { type Rate, TokenBucket } from "./token-bucket.ts";

/** One bucket an address, for as long as it is not full. */
export class AddressBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  get size(): number {
    return this.#buckets.size;
  }

  take(address: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(address);
    if (bucket === undefined) this.#buckets.set(address, (bucket = new TokenBucket(this.#rate, nowMs)));
    return bucket.take(nowMs);
  }

  /** Forgets those that have recovered. */
  prune(nowMs: number): void {
    for (const [address, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(address);
  }
}
