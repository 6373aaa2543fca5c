/** Time as a link needs it: what it says and a way to be called later. */
export interface Clock {
  /** Milliseconds since any fixed point; never runs backwards. */
  now(): number;
  /** Calls `fn` once, `ms` from now; the returned function calls it off. */
  after(ms: number, fn: () => void): () => void;
}

/** The platform's own clock. The one place of this package that touches the global timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};
