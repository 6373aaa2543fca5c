import type { Page, Worker } from "@playwright/test";
import type { RowRun } from "./shares.ts";

declare global {
  var potluckRuns: RowRun[] | undefined;
}

/**
 * Has the engines' workers note each run that they answer: when it began and when it ended. The note is taken inside the
 * worker, because a message waits for a page that is busy. Returns what takes the notes of each page so far.
 */
export async function watchEngines(pages: readonly Page[]): Promise<() => Promise<readonly (readonly RowRun[])[]>> {
  const workers = pages.map((page): Worker => {
    const engine = page.workers().find((worker) => worker.url().includes("engine.worker"));
    if (engine === undefined) throw new Error("a stage without an engine");
    return engine;
  });
  // tsx wraps the functions that are handed over in this.
  await Promise.all(workers.map((worker) => worker.evaluate("globalThis.__name ??= (named) => named;")));
  await Promise.all(workers.map((worker) => worker.evaluate(noteRuns)));
  return () => Promise.all(workers.map((worker) => worker.evaluate(() => globalThis.potluckRuns?.splice(0) ?? [])));
}

/** In the worker; takes nothing from outside. */
function noteRuns(): void {
  const runs: RowRun[] = [];
  globalThis.potluckRuns = runs;
  const post = globalThis.postMessage.bind(globalThis) as (...message: readonly unknown[]) => void;
  Object.assign(globalThis, {
    postMessage: (message: unknown, ...more: unknown[]) => {
      const to = performance.timeOrigin + performance.now();
      // As comlink writes an answer, and the worker the outcome of a run.
      const answer = message as { value?: { value?: { times?: Record<string, number>; count?: number } | null } };
      const result = answer.value?.value;
      const times = result?.times;
      if (times !== undefined) {
        const us = (times["computeUs"] ?? 0) + (times["readBackUs"] ?? 0) + (times["encodeUs"] ?? 0);
        runs.push({ from: to - us / 1000, to, rows: result?.count ?? 1 });
      }
      post(message, ...more);
    },
  });
}
