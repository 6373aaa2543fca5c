/** Tabs that an asker has lost, and how it would take them back (RP7, RP8). */
import type { TabId } from "@potluck/protocol";
import type { LostWhy } from "./repair.ts";

/**
 * How long a tab is not taken back, whatever the coordinator sees of it. One that failed or hung may have been mended by
 * then, and may be all there is; one that left may have begun anew, with the same id.
 */
const barredMs: Readonly<Record<LostWhy, number>> = {
  failed: 30_000,
  stuck: 30_000,
  slow: 60_000,
  left: 6000,
  silent: 0,
  unreachable: 0,
  gone: 0,
};

/** Whether it still has the session, as far as anybody knows, and is its own replacement once it can be reached again. */
const keepsSession = (why: LostWhy): boolean => why === "silent" || why === "unreachable" || why === "gone";

export class LostTabs {
  readonly #now: () => number;
  readonly #lost = new Map<TabId, { readonly why: LostWhy; readonly atMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get all(): readonly TabId[] {
    return [...this.#lost.keys()];
  }

  /** Those that must not be offered now. */
  get barred(): readonly TabId[] {
    const now = this.#now();
    return [...this.#lost].filter(([, { why, atMs }]) => now - atMs < barredMs[why]).map(([tab]) => tab);
  }

  has(tab: TabId): boolean {
    return this.#lost.has(tab);
  }

  mayComeBack(tab: TabId): boolean {
    const lost = this.#lost.get(tab);
    return lost !== undefined && keepsSession(lost.why);
  }

  /** Says whether this is news: a tab that has left won't be silent later, but one that was silent may turn out to have left. */
  mark(tab: TabId, why: LostWhy): "news" | "worse" | "known" {
    const known = this.#lost.get(tab);
    if (known !== undefined && !(keepsSession(known.why) && !keepsSession(why))) return "known";
    this.#lost.set(tab, { why, atMs: this.#now() });
    return known === undefined ? "news" : "worse";
  }

  takeBack(tab: TabId): void {
    this.#lost.delete(tab);
  }
}
