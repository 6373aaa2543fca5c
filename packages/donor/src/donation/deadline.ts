import type { Clock } from "@potluck/link";

/** A moment that can come closer. */
export interface Deadline {
  readonly passed: Promise<void>;
  /** In `ms` from now, unless it comes sooner anyway. */
  hurry(ms: number): void;
  /** It never passes. */
  cancel(): void;
}

export function createDeadline(clock: Clock, ms: number): Deadline {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  let atMs = Number.POSITIVE_INFINITY;
  let cancel = (): void => undefined;
  const hurry = (inMs: number): void => {
    if (clock.now() + inMs >= atMs) return;
    atMs = clock.now() + inMs;
    cancel();
    cancel = clock.after(inMs, pass);
  };
  hurry(ms);
  return { passed, hurry, cancel: () => cancel() };
}
