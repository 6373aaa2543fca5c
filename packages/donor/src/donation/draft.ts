import type { OpenShard, Shards, TabShard } from "../shards.ts";

/** What became of a draft; `failed` is for good, until the next start. */
type DraftState = "loading" | "ready" | "failed" | "closed";

/**
 * The small model that guesses for this tab's own (SD6), in a worker beside it. That it loads, fails or is lost is nobody's
 * problem: without it there are fewer guesses, and the same answers (SD10).
 */
export interface Draft {
  readonly state: DraftState;
  /** What guesses now; null whenever it is not `ready`. */
  runner(): TabShard | null;
  /** Resolves when its memory is free, also that of one half loaded. Never rejects. */
  close(): Promise<void>;
}

/** Begins to load a draft. Never throws. `onReady` is told once it may be asked. */
export function openDraft(
  shards: Shards,
  request: Pick<OpenShard, "segment" | "kvTokens" | "backend" | "onNotKept"> & Partial<Pick<OpenShard, "onProgress">>,
  onReady: () => void = () => undefined,
): Draft {
  const abort = new AbortController();
  let state: DraftState = "loading";
  let runner: TabShard | null = null;

  /** Its memory goes with it. */
  const drop = async (next: "failed" | "closed"): Promise<void> => {
    state = state === "closed" ? "closed" : next;
    const was = runner;
    runner = null;
    await was?.close().catch(() => undefined);
  };

  const load = async (): Promise<void> => {
    try {
      const loaded = await shards.open({ onProgress: () => undefined, ...request, signal: abort.signal });
      runner = loaded;
      if (abort.signal.aborted) return await drop("closed");
      state = "ready";
      void loaded.gone.then(() => drop("failed"));
      onReady();
    } catch {
      await drop("failed");
    }
  };
  const loading = load();

  return {
    get state() {
      return state;
    },
    runner: () => runner,
    async close() {
      abort.abort();
      await drop("closed");
      await loading;
    },
  };
}
