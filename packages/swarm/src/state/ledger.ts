import type { Dismiss, Hop, ModelId, RequestId, SessionId, TabId } from "@potluck/protocol";
import type { SwarmModel } from "../segment/swarm-model.ts";
import type { Emit } from "./effect.ts";
import type { Roster } from "./roster.ts";
import { routeOf, type Session } from "./session.ts";
import type { TabEntry } from "./tab-entry.ts";

export interface NewSession {
  readonly id: SessionId;
  readonly model: SwarmModel;
  readonly asker: TabId;
  readonly request: RequestId;
  readonly hops: readonly Hop[];
  readonly contextTokens: number;
}

/** Sessions and what they reserve on their hops. Reservations change only here, together with the sessions. */
export class Ledger {
  readonly #sessions = new Map<SessionId, Session>();
  readonly #roster: Roster;
  readonly #leaseMs: number;

  constructor(roster: Roster, leaseMs: number) {
    this.#roster = roster;
    this.#leaseMs = leaseMs;
  }

  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  get(id: SessionId): Session | undefined {
    return this.#sessions.get(id);
  }

  of(entry: TabEntry): readonly Session[] {
    return Array.from(entry.sessions, (id) => this.#sessions.get(id)).filter((s) => s !== undefined);
  }

  activeCount(model: ModelId): number {
    let count = 0;
    for (const session of this.#sessions.values()) {
      if (session.model.id === model && session.state.kind === "active") count += 1;
    }
    return count;
  }

  /** Reserves on every hop and admits the session there. The caller checked that there is room. */
  open(fresh: NewSession, nowMs: number, emit: Emit): Session {
    const session: Session = { ...fresh, state: { kind: "active", sinceMs: nowMs } };
    this.#sessions.set(session.id, session);
    for (const entry of this.#entries(session)) entry.sessions.add(session.id);
    this.#reserve(session, session.contextTokens, 1);
    this.#admit(session, emit);
    return session;
  }

  /**
   * Makes an idle or running session of this asker carry `contextTokens` and admits it again. False, and nothing is
   * changed, when a hop lacks the room.
   */
  resume(
    session: Session,
    request: RequestId,
    contextTokens: number,
    nowMs: number,
    maxActive: number,
    emit: Emit,
  ): boolean {
    const growth = Math.max(0, contextTokens - session.contextTokens);
    const waking = session.state.kind === "idle" ? 1 : 0;
    const hasRoom = this.#hops(session).every(
      (hop) =>
        this.#canServe(hop.id) &&
        hop.donor.kind === "ready" &&
        hop.donor.grant.kvTokens - hop.reservedTokens >= growth &&
        hop.active + waking <= maxActive,
    );
    if (!hasRoom) return false;
    this.#reserve(session, growth, waking);
    session.contextTokens += growth;
    session.request = request;
    session.hops = session.hops.map((hop) => ({ ...hop, standbys: hop.standbys.filter((tab) => this.#canServe(tab)) }));
    session.state = { kind: "active", sinceMs: nowMs };
    this.#admit(session, emit);
    return true;
  }

  /** The answer is over, its KV stays for the next message. Settling twice keeps the first time. */
  rest(session: Session, nowMs: number): void {
    if (session.state.kind === "idle") return;
    this.#reserve(session, 0, -1);
    session.state = { kind: "idle", sinceMs: nowMs };
  }

  /** Frees what the session reserved and tells hops and asker, `quiet` excepted. */
  close(session: Session, why: Dismiss["why"], emit: Emit, quiet?: TabId): void {
    this.#reserve(session, -session.contextTokens, session.state.kind === "active" ? -1 : 0);
    this.#sessions.delete(session.id);
    for (const entry of this.#entries(session)) {
      entry.sessions.delete(session.id);
      if (entry.id === quiet || entry.presence.kind === "away") continue;
      emit({ kind: "send", to: entry.id, name: "dismiss", payload: { session: session.id, why } });
    }
  }

  #reserve(session: Session, tokens: number, active: -1 | 0 | 1): void {
    for (const hop of this.#hops(session)) {
      hop.reservedTokens += tokens;
      hop.active += active;
    }
    this.#roster.changed.add(session.model.id);
  }

  #canServe(tab: TabId): boolean {
    const entry = this.#roster.tab(tab);
    return entry?.donor.kind === "ready" && entry.presence.kind === "connected";
  }

  #admit(session: Session, emit: Emit): void {
    const route = routeOf(session, this.#leaseMs);
    session.hops.forEach(({ tab }, hop) => emit({ kind: "send", to: tab, name: "admit", payload: { route, hop } }));
  }

  #hops(session: Session): readonly TabEntry[] {
    return session.hops.map(({ tab }) => this.#roster.tab(tab)).filter((entry) => entry !== undefined);
  }

  /** Hops and asker, each once. */
  #entries(session: Session): readonly TabEntry[] {
    const asker = this.#roster.tab(session.asker);
    const hops = this.#hops(session);
    return asker === undefined || hops.includes(asker) ? hops : [...hops, asker];
  }
}
