import type { After } from "./soon.ts";

/** How long a badge may be out of sight, all times together, and how long it must be in sight for that to be forgotten. */
const patienceMs = 5000;

export interface GuardParts {
  readonly after: After;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Whether the window can be seen: what is hidden with it is not hidden by the page. */
  readonly pageVisible: () => boolean;
  readonly onChange: (outOfSight: boolean) => void;
}

/** EB11: whether the badge of a frame that works has been out of sight for too long. */
export interface BadgeGuard {
  /** What the browser says of the badge; also to be called when the window is hidden or shown. */
  see(inSight: boolean): void;
  outOfSight(): boolean;
  /** Resolves when the badge is in sight, at once if it is; rejects when `signal` aborts before. A frame that is never shown never is. */
  seen(signal: AbortSignal): Promise<void>;
  /** No badge is due any more. */
  rest(): void;
}

export function createBadgeGuard({ after, now, pageVisible, onChange }: GuardParts): BadgeGuard {
  /** Null while the window is hidden, or nothing is known: it speaks neither for nor against the page. */
  let inSight: boolean | null = null;
  let sinceMs = 0;
  let spentMs = 0;
  let isOut = false;
  let cancel: (() => void) | null = null;
  const waiting = new Set<() => void>();

  const set = (next: boolean): void => {
    if (isOut === next) return;
    isOut = next;
    onChange(isOut);
  };
  /** Counts the time up to now, and wakes when that would change something. */
  const count = (next: boolean | null): void => {
    cancel?.();
    cancel = null;
    const nowMs = now();
    if (inSight === false) spentMs = Math.min(patienceMs, spentMs + nowMs - sinceMs);
    // A flicker forgives nothing, or a page could show the badge for moments only.
    if (inSight === true && nowMs - sinceMs >= patienceMs) spentMs = 0;
    if (next !== true || inSight !== true) sinceMs = nowMs;
    inSight = next;
    if (inSight === true) set(false);
    else if (inSight === false) {
      if (spentMs >= patienceMs) set(true);
      else cancel = after(patienceMs - spentMs, () => count(inSight));
    }
  };

  return {
    see(seen) {
      count(seen ? true : pageVisible() ? false : null);
      if (!seen) return;
      for (const go of waiting) go();
      waiting.clear();
    },
    outOfSight: () => isOut,
    seen: (signal) =>
      new Promise((resolve, reject) => {
        if (inSight === true) return resolve();
        waiting.add(resolve);
        signal.addEventListener("abort", () => {
          waiting.delete(resolve);
          reject(signal.reason as Error);
        });
      }),
    rest() {
      count(null);
      spentMs = 0;
      set(false);
    },
  };
}
