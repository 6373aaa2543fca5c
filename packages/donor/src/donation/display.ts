import type { Life } from "./life.ts";

export interface Display {
  /** Looks how the shard that serves does, shows it, tells the coordinator, and looks again soon. */
  refresh(): void;
  /** Until the next `refresh`. */
  rest(): void;
}

/** How often the numbers on the page change. */
const refreshMs = 500;

/** Keeps the state of a donation that serves up to date. `finished`: the answers that it was to finish are over. */
export function createDisplay(life: Life, finished: () => void): Display {
  const { clock, manners, tally } = life.options;
  let cancel = (): void => undefined;
  const refresh = (): void => {
    const { run, serving } = life;
    const hosting = serving?.hosting ?? null;
    if (run === null || serving === null || hosting === null) return;
    const { segment } = serving;
    const { kind } = run.leaving;
    const reasons = manners.look();
    const isPaused = reasons.length > 0;
    const stats = hosting.look(kind !== "no" ? "draining" : isPaused ? "paused" : "serving");
    tally.look(hosting.host, kind === "no" && !isPaused);
    cancel();
    // A pause meanwhile cuts the finishing short: what it would finish has to move anyway.
    if (kind === "finishing" && (stats.answering === 0 || isPaused)) return finished();
    cancel = clock.after(refreshMs, refresh);
    if (kind !== "no") return life.set({ kind, segment, stats });
    if (isPaused) return life.set({ kind: "paused", segment, stats, reasons, ...run.notice });
    life.set({ kind: stats.sessions > 0 ? "serving" : "ready", segment, stats, ...run.notice });
  };
  return { refresh, rest: () => cancel() };
}
