import type { FromFrame } from "@potluck/protocol";

/** What the page hears of what a frame tells. */
export type Told = Extract<FromFrame, { readonly detail: unknown }>;

type Listener = (detail: Told["detail"]) => void;

/** The page's listeners. What one of them throws stops nobody. */
export class Events {
  readonly #listeners = new Set<readonly [name: string, listener: Listener]>();
  readonly #last = new Map<string, Told["detail"]>();

  /** A listener that comes late hears the last event of its name at once. Returns what ends it. */
  on(name: string, listener: Listener): () => void {
    const entry = [name, listener] as const;
    this.#listeners.add(entry);
    const last = this.#last.get(name);
    if (last) call(listener, last);
    return () => void this.#listeners.delete(entry);
  }

  tell({ type, detail }: Pick<Told, "type" | "detail">): void {
    this.#last.set(type, detail);
    for (const [name, listener] of this.#listeners) if (name === type) call(listener, detail);
  }

  /** What an earlier frame told. */
  forget(): void {
    this.#last.clear();
  }
}

function call(listener: Listener, detail: Told["detail"]): void {
  try {
    listener(detail);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
