import type { After } from "./soon.ts";

/** How long a badge may be out of sight. */
const patienceMs = 5000;

export interface GuardParts {
  readonly after: After;
  /** Whether the window can be seen: what is hidden with it is not hidden by the page. */
  readonly pageVisible: () => boolean;
  readonly onChange: (outOfSight: boolean) => void;
}

/** EB11: whether the badge of a frame that works has been out of sight for too long. */
export interface BadgeGuard {
  /** What the browser says of the badge; also to be called when the window is hidden or shown. */
  see(inSight: boolean): void;
  outOfSight(): boolean;
  /** No badge is due any more. */
  rest(): void;
}

export function createBadgeGuard({ after, pageVisible, onChange }: GuardParts): BadgeGuard {
  let isOut = false;
  let cancel: (() => void) | null = null;

  const set = (next: boolean): void => {
    cancel?.();
    cancel = null;
    if (isOut === next) return;
    isOut = next;
    onChange(isOut);
  };

  return {
    see(inSight) {
      if (inSight) set(false);
      else if (!pageVisible()) {
        // Nobody sees anything now: neither better nor worse.
        cancel?.();
        cancel = null;
      } else if (!isOut) cancel ??= after(patienceMs, () => set(true));
    },
    outOfSight: () => isOut,
    rest: () => set(false),
  };
}
