import type { Digest } from "./digest.ts";
import type { PieceStore } from "./piece-store.ts";
import { StoreError } from "./store-error.ts";

/** A store as one load uses it: what it can't do costs time later, not this load (MO27). The first such failure is told. */
export class Keeper {
  readonly #store: PieceStore;
  readonly #digest: Digest;
  readonly #onNotKept: (error: StoreError) => void;
  #reads = true;
  #writes = true;

  constructor(store: PieceStore, digest: Digest, onNotKept: (error: StoreError) => void) {
    this.#store = store;
    this.#digest = digest;
    this.#onNotKept = onNotKept;
  }

  /** The piece, checked; null when it has to be fetched. One that fails its hash is dropped. */
  async take(sha256: string, lengthBytes: number): Promise<Uint8Array | null> {
    if (!this.#reads) return null;
    try {
      const bytes = await this.#store.get(sha256, lengthBytes);
      if (bytes === null || (await this.#digest(bytes)) === sha256) return bytes;
      await this.#store.delete(sha256);
    } catch (error) {
      this.#tell(error);
      this.#reads = false;
    }
    return null;
  }

  async keep(sha256: string, bytes: Uint8Array): Promise<void> {
    if (!this.#writes) return;
    try {
      await this.#store.put(sha256, bytes);
    } catch (error) {
      this.#tell(error);
      this.#writes = false;
    }
  }

  #tell(error: unknown): void {
    if (!(error instanceof StoreError) || error.fault === "bad-name") throw error;
    if (this.#reads && this.#writes) this.#onNotKept(error);
  }
}
