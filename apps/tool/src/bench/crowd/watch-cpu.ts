import { type Browser, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { busySecondsOf, processTimes, threadTimes } from "./cpu-times.ts";
import type { CpuSample } from "./shares.ts";

export interface CpuWatch {
  /** Begins to sample: resolves after the first one, to what ends it, with all samples. */
  start(): Promise<() => Promise<readonly CpuSample[]>>;
}

/** Often enough for a span of a second, and 1 % of a core. */
const sampleMs = 100;
/** Many ticks of the kernel's count. */
const burnMs = 300;

/**
 * CPU time of a browser's processes by kind: `stage 1`, … for the renderers of the stages' pages, with the engine's thread
 * alone as `engine 1`, …; the main thread as `page 1`, …; `askers` for all other renderers; `browser`, `GPU`,
 * `network` and `other` of the rest; and `machine` for all that its cores do. Null where there is no /proc.
 */
export async function watchCpu(browser: Browser, stages: readonly Page[]): Promise<CpuWatch | null> {
  const devTools = await browser.newBrowserCDPSession();
  const { processInfo } = await devTools.send("SystemInfo.getProcessInfo");
  await devTools.detach();
  const pids = processInfo.map(({ id }) => id);
  if ((await processTimes(pids)).size === 0) return null;
  const names = new Map(processInfo.map(({ id, type }) => [id, kindOf(type)]));
  const stagePids: number[] = [];
  for (const page of stages) {
    // Nothing tells which process is a page's; the one that works when the page does.
    const before = await processTimes(pids);
    await page.evaluate((ms) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
    }, burnMs);
    const after = await processTimes(pids);
    const worked = (pid: number): number => (after.get(pid) ?? 0) - (before.get(pid) ?? 0);
    const pid = pids.toSorted((a, b) => worked(b) - worked(a))[0];
    if (pid === undefined || names.get(pid) !== "askers") throw new Error("a stage's process was not found");
    stagePids.push(pid);
    names.set(pid, `stage ${stagePids.length}`);
  }
  const sample = async (): Promise<CpuSample> => {
    const seconds = new Map<string, number>([["machine", busySecondsOf(await readFile("/proc/stat", "utf8"))]]);
    for (const [pid, time] of await processTimes(pids)) {
      const name = names.get(pid) ?? "other";
      seconds.set(name, (seconds.get(name) ?? 0) + time);
    }
    for (const [i, pid] of stagePids.entries()) {
      const threads = await threadTimes(pid);
      // Of its workers the engine's is the one that has worked most.
      const workers = [...threads.values()].filter(({ name }) => name.startsWith("DedicatedWorker"));
      seconds.set(`engine ${i + 1}`, Math.max(0, ...workers.map((worker) => worker.seconds)));
      seconds.set(`page ${i + 1}`, threads.get(pid)?.seconds ?? 0);
    }
    return { at: Date.now(), seconds };
  };
  return {
    async start() {
      const samples = [await sample()];
      const over = new AbortController();
      const all = (async () => {
        while (!over.signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, sampleMs));
          samples.push(await sample());
        }
        return samples;
      })();
      return () => {
        over.abort();
        return all;
      };
    },
  };
}

/** From the types that Chromium tells. */
function kindOf(type: string): string {
  if (type === "renderer") return "askers";
  if (type.startsWith("network.")) return "network";
  return type === "browser" || type === "GPU" ? type : "other";
}
