import type { PauseReason } from "./rules.ts";

/** How long nothing may stand in the way before it goes on (DN37). */
const calmMs = 5000;

/** What came of the looks so far; it is paused while there are reasons. Begin with {@link firstCalm}. */
export interface Calm {
  readonly reasons: readonly PauseReason[];
  /** Since when nothing stands in the way of a pause's end; null otherwise. */
  readonly freeSinceMs: number | null;
}

export const firstCalm: Calm = { reasons: [], freeSinceMs: null };

/**
 * The state after a look. A pause begins at once. It ends at once when it was the person's alone, who need not wait for
 * their own word; else when nothing has stood in the way for 5 s. `nowMs` never runs backwards, `wallMs` may.
 */
export function nextCalm(before: Calm, reasons: readonly PauseReason[], nowMs: number, wallMs: number): Calm {
  if (reasons.length > 0) return { reasons, freeSinceMs: null };
  if (before.reasons.every(({ why }) => why === "by-person")) return firstCalm;
  const freeSinceMs = before.freeSinceMs ?? nowMs;
  const leftMs = calmMs - (nowMs - freeSinceMs);
  if (leftMs <= 0) return firstCalm;
  // One end, told once: it must not move with every look.
  const told =
    before.freeSinceMs === null ? [{ why: "calming-down", untilMs: wallMs + leftMs } as const] : before.reasons;
  return { reasons: told, freeSinceMs };
}
