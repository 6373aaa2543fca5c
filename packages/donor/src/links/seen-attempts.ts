import type { TabId } from "@potluck/protocol";

/** The last attempt of each tab that offers to this one, so that its late signals do not look like a new one. */
export interface SeenAttempts {
  /** Null for a tab that never offered, or long ago. */
  get(tab: TabId): string | null;
  set(tab: TabId, attempt: string): void;
}

/** Tabs that are remembered: far more than have signals on their way at one time. */
const remembered = 1024;

export function createSeenAttempts(): SeenAttempts {
  const last = new Map<TabId, string>();
  return {
    get: (tab) => last.get(tab) ?? null,
    set(tab, attempt) {
      last.delete(tab);
      last.set(tab, attempt);
      const [oldest] = last.keys();
      if (last.size > remembered && oldest !== undefined) last.delete(oldest);
    },
  };
}
