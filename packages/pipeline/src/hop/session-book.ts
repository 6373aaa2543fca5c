/** The sessions of one shard, their leases, and the memory of those that are over. */
import type { ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type { SessionId } from "@potluck/protocol";
import type { HopSession } from "./hop-session.ts";

export interface SessionBookOptions {
  readonly runner: ShardRunner;
  readonly clock: Clock;
  /** The session was not heard of for its lease (PL9). */
  readonly onExpired: (session: HopSession) => void;
}

/** RP13: how long a hop keeps what it has for an asker that is gone; a page is reloaded in less. */
const orphanMs = 30_000;
/** Ids of sessions that are over, kept so that late frames are told from forged ones. */
const rememberedEnds = 1024;

export class SessionBook {
  readonly #options: SessionBookOptions;
  readonly #sessions = new Map<SessionId, HopSession>();
  readonly #ended = new Set<SessionId>();
  /** Called whenever a session is over. */
  onFinished: () => void = () => undefined;

  constructor(options: SessionBookOptions) {
    this.#options = options;
  }

  get all(): readonly HopSession[] {
    return [...this.#sessions.values()];
  }

  /** Those of which this tab is a hop. */
  get hops(): readonly HopSession[] {
    return this.all.filter(({ state }) => state.kind !== "standby");
  }

  get(id: SessionId): HopSession | undefined {
    return this.#sessions.get(id);
  }

  hasEnded(id: SessionId): boolean {
    return this.#ended.has(id);
  }

  add(session: HopSession): void {
    this.#ended.delete(session.id);
    this.#sessions.set(session.id, session);
    this.renewLease(session);
  }

  renewLease(session: HopSession): void {
    const { clock, onExpired } = this.#options;
    session.heardMs = clock.now();
    session.cancelLease();
    const leaseMs = session.askerGone ? orphanMs : session.route.leaseMs;
    session.cancelLease = clock.after(leaseMs, () => onExpired(session));
  }

  /** PL8: from here on the session's frames are dropped and its KV is free as soon as a running step is over. */
  finish(session: HopSession): void {
    if (session.state.kind === "over") return;
    session.state = { kind: "over" };
    session.cancelLease();
    session.onward.clear();
    session.announced.clear();
    session.guesser.close();
    session.early = [];
    session.rerouted?.();
    this.#sessions.delete(session.id);
    this.#ended.add(session.id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= rememberedEnds) break;
      this.#ended.delete(oldest);
    }
    // A shard that can't free is a shard that is gone; its `gone` tells.
    this.#options.runner.closeSession(session.id).catch(() => undefined);
    this.onFinished();
  }
}
