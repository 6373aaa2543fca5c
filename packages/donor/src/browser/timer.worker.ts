/** Timers that run at their time while the page is hidden. */
import type { TimerOrder } from "./worker-clock.ts";

const scope: {
  onmessage: ((event: MessageEvent<TimerOrder>) => void) | null;
  postMessage(due: number): void;
} = globalThis as never;

const timers = new Map<number, ReturnType<typeof setTimeout>>();

scope.onmessage = ({ data }) => {
  clearTimeout(timers.get(data.id));
  timers.delete(data.id);
  if (data.kind === "cancel") return;
  const fire = (): void => {
    timers.delete(data.id);
    scope.postMessage(data.id);
  };
  timers.set(data.id, setTimeout(fire, data.ms));
};
