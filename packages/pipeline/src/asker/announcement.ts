/** Tells a new epoch to everybody whom it concerns, and waits until all hops have taken it (RP1, RP7). */
import type { Clock } from "@potluck/link";
import type { Route, TabId, Turn } from "@potluck/protocol";
import type { Peers } from "../peers.ts";

export interface AnnouncementOptions {
  readonly route: Route;
  readonly turn: Turn | null;
  /** Positions whose rows hops may keep (SD4). */
  readonly certain: number;
  /** Tabs that were hops and are not any more: where they can be reached they free the session, and know that they are out. */
  readonly out: readonly TabId[];
  readonly peers: Peers;
  readonly clock: Clock;
  /** How long a hop may take to finish a running step and answer, in ms. */
  readonly deadlineMs: () => number;
  /** The hop could not be told. */
  readonly onUnreachable: (tab: TabId) => void;
  /** The hop has not answered for `round` deadlines. */
  readonly onSilent: (tab: TabId, round: number) => void;
}

/** Answers are waited for this often before a hop that is merely slow counts as stuck. */
export const answerRounds = 3;

export class Announcement {
  readonly #options: AnnouncementOptions;
  readonly #unanswered: Set<TabId>;
  #cancel = (): void => undefined;
  #isOver = false;

  constructor(options: AnnouncementOptions) {
    this.#options = options;
    const hops = options.route.hops.map(({ tab }) => tab);
    this.#unanswered = new Set(hops);
    for (const tab of new Set([...hops, ...options.out])) void this.#tell(tab);
    this.#await(1);
  }

  /** Whether all hops have taken the epoch. */
  get isTaken(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Whether answers are still waited for. */
  get isPending(): boolean {
    return !this.#isOver && !this.isTaken;
  }

  answered(tab: TabId): void {
    this.#unanswered.delete(tab);
    if (this.isTaken) this.close();
  }

  /** No more is waited for. */
  close(): void {
    this.#isOver = true;
    this.#cancel();
  }

  async #tell(tab: TabId): Promise<void> {
    const { route, turn, certain, peers } = this.#options;
    const message = { type: "reroute", route, turn, certain } as const;
    const head = { session: route.session, epoch: route.epoch, turn: turn === null ? 0 : turn.turn & 0xffff };
    try {
      const link = await peers.link(tab);
      // Superseded, or the session is over: a tab that hears only this would keep a session that nobody owns.
      if (this.#isOver) return;
      await link.send({ kind: "control", ...head, message });
    } catch {
      if (!this.#isOver && this.#unanswered.has(tab)) this.#options.onUnreachable(tab);
    }
  }

  #await(round: number): void {
    const { clock, deadlineMs, onSilent } = this.#options;
    this.#cancel = clock.after(deadlineMs(), () => {
      for (const tab of this.#unanswered) if (!this.#isOver) onSilent(tab, round);
      if (!this.#isOver && round < answerRounds) this.#await(round + 1);
    });
  }
}
