import type { FromFrame } from "@potluck/protocol";

/** What the page hears of what a frame tells. */
export type Told = Extract<FromFrame, { readonly detail: unknown }>;

type Listener = (detail: Told["detail"]) => void;

export interface Events {
  /** A listener that comes late hears the last event of its name at once. Returns what ends it. */
  readonly on: (name: string, listener: Listener) => () => void;
  readonly tell: (told: Told) => void;
  /** What an earlier frame told. */
  readonly forget: () => void;
}

/** The page's listeners. What one of them throws stops nobody. */
export function createEvents(): Events {
  const listeners = new Set<readonly [name: string, listener: Listener]>();
  const last = new Map<string, Told["detail"]>();
  const call = (listener: Listener, detail: Told["detail"]): void => {
    try {
      listener(detail);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  };
  return {
    on(name, listener) {
      const entry = [name, listener] as const;
      const detail = last.get(name);
      listeners.add(entry);
      if (detail) call(listener, detail);
      return () => void listeners.delete(entry);
    },
    tell({ type, detail }) {
      last.set(type, detail);
      for (const [name, listener] of listeners) if (name === type) call(listener, detail);
    },
    forget: () => last.clear(),
  };
}
