import { useCallback, useRef, useSyncExternalStore } from "react";
import type { StoreApi } from "zustand/vanilla";

/**
 * As `useStore`, but looks at most once a frame: tokens that come faster than the screen shows are drawn together. A list
 * whose parts are the same is the same list.
 */
export function useFrames<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  const last = useRef<{ readonly state: S; readonly value: T } | null>(null);
  const look = (): T => {
    const state = store.getState();
    const known = last.current;
    if (known !== null && known.state === state) return known.value;
    const fresh = select(state);
    const value = known !== null && isSame(known.value, fresh) ? known.value : fresh;
    last.current = { state, value };
    return value;
  };
  const subscribe = useCallback(
    (changed: () => void) => {
      let frame: number | null = null;
      const unsubscribe = store.subscribe(() => {
        frame ??= requestAnimationFrame(() => {
          frame = null;
          changed();
        });
      });
      return () => {
        unsubscribe();
        if (frame !== null) cancelAnimationFrame(frame);
      };
    },
    [store],
  );
  return useSyncExternalStore(subscribe, look);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((each, i) => Object.is(each, b[i]));
}
