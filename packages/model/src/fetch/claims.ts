import type { PieceStore } from "./piece-store.ts";

/** A piece that this load fetches, so that others that want it can wait for it. */
export interface Claim {
  /** The checked bytes, for those who wait. They copy at once. */
  settle(bytes: Uint8Array): void;
  /** Nobody waits for it any more; who waited without bytes has to fetch by itself. Call it always, last. */
  release(): void;
}

/**
 * Which pieces are under way into one store (MO30). A claim lasts from before the look into the store until the piece is in
 * it, so whoever finds no claim finds the piece in the store or is the first to want it.
 */
export class Claims {
  static readonly #byStore = new WeakMap<PieceStore, Claims>();
  readonly #underWay = new Map<string, Promise<Uint8Array | null>>();

  static of(store: PieceStore): Claims {
    let claims = this.#byStore.get(store);
    if (claims === undefined) {
      claims = new Claims();
      this.#byStore.set(store, claims);
    }
    return claims;
  }

  /** The bytes that another load is about to have, null when it gives up on them; or the claim, which is now the caller's. */
  take(sha256: string): { readonly theirs: Promise<Uint8Array | null> } | { readonly mine: Claim } {
    const theirs = this.#underWay.get(sha256);
    if (theirs !== undefined) return { theirs };
    const { promise, resolve } = promiseWithResolvers<Uint8Array | null>();
    this.#underWay.set(sha256, promise);
    return {
      mine: {
        settle: resolve,
        release: () => {
          this.#underWay.delete(sha256);
          resolve(null);
        },
      },
    };
  }
}

function promiseWithResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
