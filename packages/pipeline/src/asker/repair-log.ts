/** Counts what happens to a route (RP18). */
import type { LayerRange, TabId } from "@potluck/protocol";
import type { LostWhy, RepairRecord } from "./repair.ts";

interface Open {
  readonly lost: { readonly tab: TabId; readonly range: LayerRange; readonly why: LostWhy }[];
  readonly detectMs: number;
  readonly sinceMs: number;
  waitedMs: number;
  waitingSinceMs: number | null;
  /** Tabs that came in its course, and have nothing at first. */
  readonly joined: Set<TabId>;
}

export class RepairLog {
  readonly #now: () => number;
  readonly #done: RepairRecord[] = [];
  #open: Open | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  get records(): readonly RepairRecord[] {
    return this.#done;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** @param detectMs since the tab's last sign of life. */
  lost(tab: TabId, range: LayerRange, why: LostWhy, detectMs: number): void {
    this.#open ??= {
      lost: [],
      detectMs,
      sinceMs: this.#now(),
      waitedMs: 0,
      waitingSinceMs: null,
      joined: new Set(),
    };
    this.#open.lost.push({ tab, range, why });
  }

  waiting(isWaiting: boolean): void {
    const open = this.#open;
    if (open === null || isWaiting === (open.waitingSinceMs !== null)) return;
    if (open.waitingSinceMs !== null) open.waitedMs += this.#now() - open.waitingSinceMs;
    open.waitingSinceMs = isWaiting ? this.#now() : null;
  }

  /** The tab has taken a lost one's place. */
  joined(tab: TabId): void {
    this.#open?.joined.add(tab);
  }

  /** All goes on as before. Whoever joined computes, or has computed, `positions` again. */
  resumed(positions: number): void {
    const open = this.#open;
    if (open === null) return;
    this.waiting(false);
    this.#open = null;
    this.#done.push({
      lost: open.lost,
      detectMs: open.detectMs,
      resumeMs: this.#now() - open.sinceMs,
      recomputed: open.joined.size * positions,
      waitedMs: open.waitedMs,
    });
  }
}
