import { createStore, type StoreApi } from "zustand/vanilla";

/** A store that stands in for one that does not exist yet, and becomes it. */
export interface DeferredStore<T> {
  readonly store: StoreApi<T>;
  /** From now on the store is `target`; listeners hear of it when its state differs. */
  become(target: StoreApi<T>): void;
}

/** Subscriptions reach the target one for one, since some stores work only while somebody listens. */
export function deferStore<T>(initial: T): DeferredStore<T> {
  const before = createStore<T>()(() => initial);
  let target: StoreApi<T> = before;
  const moves = new Set<() => void>();

  const store: StoreApi<T> = {
    getState: () => target.getState(),
    getInitialState: () => initial,
    setState: ((...args: Parameters<StoreApi<T>["setState"]>) => {
      target.setState(...args);
    }) as StoreApi<T>["setState"],
    subscribe(listener) {
      let leave = target.subscribe(listener);
      const move = (): void => {
        leave();
        leave = target.subscribe(listener);
        if (target.getState() !== before.getState()) listener(target.getState(), before.getState());
      };
      if (target === before) moves.add(move);
      return () => {
        moves.delete(move);
        leave();
      };
    },
  };

  return {
    store,
    become(next) {
      target = next;
      for (const move of moves) move();
      moves.clear();
    },
  };
}
