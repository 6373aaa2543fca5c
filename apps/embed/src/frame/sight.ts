/** How long the whole question must have been in sight before a press counts. */
export const sightMs = 1000;

/** A press on Yes, as the browser tells it. */
export interface Press {
  readonly trusted: boolean;
  /** Without a pointer: by the keyboard, or by what stands in for one. */
  readonly byKeyboard: boolean;
}

/** What has been seen of the question, and since when (EB8). Times are of one monotonic clock, in ms. */
export interface Sight {
  /** Whether all of it is in sight, uncovered and undistorted, as the browser guarantees. */
  see(inSight: boolean, nowMs: number): void;
  /** It moved in its page: what was seen before counts for nothing. */
  move(nowMs: number): void;
  /** Whether the focus is on Yes. */
  focus(focused: boolean, nowMs: number): void;
  /** `counts` is consent. `early` begins the second anew; `void` was no press of a person's. */
  press(press: Press, nowMs: number): "counts" | "early" | "void";
  /** Whether all of it is in sight now, for however long. */
  sees(): boolean;
}

export function createSight(): Sight {
  let seenSince: number | null = null;
  let focusedSince: number | null = null;
  const lasted = (since: number | null, nowMs: number): boolean => since !== null && nowMs - since >= sightMs;

  return {
    see(inSight, nowMs) {
      seenSince = inSight ? (seenSince ?? nowMs) : null;
    },
    move(nowMs) {
      if (seenSince !== null) seenSince = nowMs;
    },
    focus(focused, nowMs) {
      focusedSince = focused ? (focusedSince ?? nowMs) : null;
    },
    press({ trusted, byKeyboard }, nowMs) {
      if (!trusted) return "void";
      if (lasted(seenSince, nowMs) && (!byKeyboard || lasted(focusedSince, nowMs))) return "counts";
      if (seenSince !== null) seenSince = nowMs;
      if (focusedSince !== null) focusedSince = nowMs;
      return "early";
    },
    sees: () => seenSince !== null,
  };
}
