/** Timers that run at their time while the page is hidden. */
import type { TimerOrder } from "./worker-clock.ts";

const timers = new Map<number, ReturnType<typeof setTimeout>>();

self.addEventListener("message", ({ data }: MessageEvent<TimerOrder>) => {
  const { kind, id } = data;
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (kind === "cancel") return;
  const fire = (): void => {
    timers.delete(id);
    self.postMessage(id, { transfer: [] });
  };
  timers.set(id, setTimeout(fire, data.ms));
});
