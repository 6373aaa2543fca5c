import type { Clock } from "@potluck/link";

/** What the page tells the worker. */
export type TimerOrder =
  | { readonly kind: "set"; readonly id: number; readonly ms: number }
  | { readonly kind: "cancel"; readonly id: number };

/** Of a Worker, what the clock needs. */
export interface TimerWorker {
  postMessage(order: TimerOrder): void;
  onmessage: ((event: MessageEvent<number>) => void) | null;
}

/**
 * A clock whose timers are due on time in a hidden page, whose own fire once a second or once a minute: a worker's are not
 * slowed down. Each timer is set on the page's clock as well and the first to be due counts, so that a worker that can't be
 * started, or dies, costs nothing but the precision.
 */
export function createWorkerClock(page: Clock, start: () => TimerWorker): Clock {
  const waiting = new Map<number, () => void>();
  let last = 0;
  let worker: TimerWorker | null = null;
  try {
    worker = start();
    // Nobody else listens, and a listener by this name starts the port by itself.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    worker.onmessage = ({ data }) => waiting.get(data)?.();
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
        worker?.postMessage({ kind: "cancel", id });
        fire();
      });
      waiting.set(id, fire);
      worker?.postMessage({ kind: "set", id, ms });
      return () => {
        if (waiting.has(id)) worker?.postMessage({ kind: "cancel", id });
        done();
      };
    },
  };
}

/** The worker of {@link createWorkerClock} in a page. */
export function startTimerWorker(): TimerWorker {
  return new Worker(new URL("./timer.worker.ts", import.meta.url), { type: "module", name: "potluck-timers" });
}
