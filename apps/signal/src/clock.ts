/** Time as the coordinator needs it; tests bring their own. */
export interface Clock {
  /** Milliseconds that never go back, from any beginning. */
  nowMs(): number;
  /** Milliseconds since 1970, for what is told to others or outlives a restart. It may be set. */
  wallMs(): number;
  /** Runs the task every `periodMs`, until the returned function is called. */
  every(periodMs: number, task: () => void): () => void;
}

/** The machine's monotonic clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  every(periodMs, task) {
    const timer = setInterval(task, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
