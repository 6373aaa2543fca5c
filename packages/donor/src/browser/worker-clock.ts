import type { Clock } from "@potluck/link";

/** What the page tells the worker. */
export type TimerOrder =
  | { readonly kind: "set"; readonly id: number; readonly ms: number }
  | { readonly kind: "cancel"; readonly id: number };

/** The worker's side of the clock. */
export interface Timers {
  tell(order: TimerOrder): void;
  onDue(receive: (id: number) => void): void;
}

/**
 * A clock whose timers are due on time in a hidden page, whose own fire once a second or once a minute: a worker's are not
 * slowed down. Each timer is set on the page's clock as well and the first to be due counts, so that a worker that can't be
 * started, or dies, costs nothing but the precision.
 */
export function createWorkerClock(page: Clock, start: () => Timers): Clock {
  const waiting = new Map<number, () => void>();
  let last = 0;
  let timers: Timers | null = null;
  try {
    timers = start();
    timers.onDue((id) => waiting.get(id)?.());
  } catch {
    // No workers here, or a policy against them.
  }
  return {
    now: () => page.now(),
    after(ms, fn) {
      last += 1;
      const id = last;
      const done = (): void => {
        waiting.delete(id);
        cancelPage();
      };
      const fire = (): void => {
        done();
        fn();
      };
      const cancelPage = page.after(ms, () => {
        timers?.tell({ kind: "cancel", id });
        fire();
      });
      waiting.set(id, fire);
      timers?.tell({ kind: "set", id, ms });
      return () => {
        if (waiting.has(id)) timers?.tell({ kind: "cancel", id });
        done();
      };
    },
  };
}

/** The worker of {@link createWorkerClock} in a page. Throws where there are none. */
export function startTimerWorker(): Timers {
  const worker = new Worker(new URL("./timer.worker.ts", import.meta.url), { type: "module", name: "potluck-timers" });
  return {
    tell: (order) => worker.postMessage(order, []),
    onDue: (receive) => worker.addEventListener("message", ({ data }: MessageEvent<number>) => receive(data)),
  };
}
