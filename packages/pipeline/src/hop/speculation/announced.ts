/** What the last hop was told that guessed rows are (SD1). The ids come by a way of their own, before or after the rows. */
import type { Clock } from "@potluck/link";
import { maxTokensPerLap, type TokensFrame } from "@potluck/protocol";

import { isLater } from "../is-later.ts";

type Announcement = Pick<TokensFrame, "turn" | "branch" | "position" | "ids">;

/** Laps under way are eight at most; more announcements than this are a flood. */
const maxKept = 64;

export class Announced {
  readonly #kept: Announcement[] = [];
  readonly #waiting = new Set<() => void>();

  /** False for more than a lap holds, and when too many are kept already. */
  put(announcement: Announcement): boolean {
    if (announcement.ids.length > maxTokensPerLap) return false;
    // A newer branch puts an end to what was said of its rows before.
    const { turn, branch, position } = announcement;
    this.#keep((each) => each.turn !== turn || !isLater(branch, each.branch) || each.position < position);
    if (this.#kept.length >= maxKept) return false;
    this.#kept.push(announcement);
    this.#wake();
    return true;
  }

  /** The ids of `count` rows from `position` on, of exactly that branch; null when not told yet. */
  find(turn: number, branch: number, position: number, count: number): Int32Array | null {
    const at = this.#kept.find(
      (each) =>
        each.turn === turn &&
        each.branch === branch &&
        each.position <= position &&
        each.position + each.ids.length >= position + count,
    );
    return at?.ids.subarray(position - at.position, position - at.position + count) ?? null;
  }

  /** Resolves at the next change, or after `ms`. */
  changed(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.#waiting.add(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Rows before `position` are done with. */
  passed(turn: number, position: number): void {
    this.#keep((each) => each.turn !== turn || each.position + each.ids.length > position);
  }

  /** A turn begins; what was told of others is of no use. */
  only(turn: number): void {
    this.#keep((each) => each.turn === turn);
  }

  clear(): void {
    this.#kept.length = 0;
    this.#wake();
  }

  #keep(wanted: (each: Announcement) => boolean): void {
    this.#kept.splice(0, this.#kept.length, ...this.#kept.filter(wanted));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
