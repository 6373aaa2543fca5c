import type { Dismiss, LayerRange, ModelId, RequestId, SessionId, TabId } from "@potluck/protocol";
import { sameRange } from "../segment/layer-cost.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import type { Emit } from "./effect.ts";
import type { Roster } from "./roster.ts";
import { allHops, type Session, type SessionHop, type SessionState, type Standing } from "./session.ts";
import type { SwarmLimits } from "./swarm-limits.ts";
import { type TabEntry, takesChats } from "./tab-entry.ts";

export interface NewSession {
  readonly id: SessionId;
  readonly model: SwarmModel;
  readonly asker: TabId;
  readonly request: RequestId | null;
  readonly hops: readonly { readonly tab: TabId; readonly range: LayerRange }[];
  readonly contextTokens: number;
  readonly epoch: number;
  readonly state: SessionState;
}

/** Sessions, what they reserve on their hops, and who has to do with which. These numbers change only here. */
export class Ledger {
  readonly #sessions = new Map<SessionId, Session>();
  /** By tab, known or not: one that comes back finds its chats. */
  readonly #byTab = new Map<TabId, Set<Session>>();
  readonly #roster: Roster;
  readonly #maxActive: number;
  readonly #maxStandingBy: number;

  constructor(roster: Roster, limits: SwarmLimits) {
    this.#roster = roster;
    this.#maxActive = limits.maxActivePerTab;
    this.#maxStandingBy = limits.maxStandingByPerTab;
  }

  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  ofModel(model: ModelId): readonly Session[] {
    return [...this.#sessions.values()].filter((session) => session.model.id === model);
  }

  get(id: SessionId): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Sessions that the tab asks for, is a hop of, or stands by for. */
  of(tab: TabId): readonly Session[] {
    return [...(this.#byTab.get(tab) ?? [])];
  }

  /** Whether some session has to do with both. */
  together(a: TabId, b: TabId): boolean {
    const others = this.#byTab.get(b);
    return others !== undefined && this.of(a).some((session) => others.has(session));
  }

  /** A session whose hops reserve what they can; for a new route the caller checked that all can. */
  open(fresh: NewSession): Session {
    const hops = fresh.hops.map(({ tab, range }): SessionHop => ({ tab, range, standing: "expected", standbys: [] }));
    const session: Session = {
      ...fresh,
      hops,
      offer: null,
      lost: new Set(),
      admitted: new Set(),
      told: [],
      tabs: new Set(),
      standbys: new Set(),
    };
    this.#sessions.set(session.id, session);
    for (const hop of hops) this.reserve(session, hop);
    this.index(session);
    this.#roster.changed.add(session.model.id);
    return session;
  }

  /** Counts the session's KV on the hop's tab, where that holds the range and has room. */
  reserve(session: Session, hop: SessionHop): void {
    if (hop.standing === "reserved") return;
    const entry = this.holderOf(session, hop);
    if (entry === null) return;
    const active = session.state.kind === "active" ? 1 : 0;
    if (freeTokens(entry) < session.contextTokens || entry.active + active > this.#maxActive) return;
    entry.reservedTokens += session.contextTokens;
    entry.active += active;
    hop.standing = "reserved";
    this.#roster.changed.add(session.model.id);
  }

  /** Takes the reservation back, if there is one. */
  free(session: Session, hop: SessionHop, standing: Exclude<Standing, "reserved">): void {
    const entry = this.#roster.tab(hop.tab);
    if (hop.standing === "reserved" && entry !== undefined) {
      entry.reservedTokens -= session.contextTokens;
      entry.active -= session.state.kind === "active" ? 1 : 0;
      this.#roster.changed.add(session.model.id);
    }
    hop.standing = standing;
  }

  /** The ready tab that holds exactly the hop's range, with or without a socket; null when it does not. */
  holderOf(session: Session, hop: SessionHop): TabEntry | null {
    const entry = this.#roster.tab(hop.tab);
    if (entry?.donor.kind !== "ready") return null;
    const { model, node } = entry.donor.grant;
    return model === session.model && sameRange(node, hop.range) ? entry : null;
  }

  /**
   * Makes an idle or running session of this asker carry `contextTokens`; its hops are to be admitted again. False, and
   * nothing is changed, when a hop is gone, drains or lacks the room.
   */
  resume(session: Session, request: RequestId, contextTokens: number, nowMs: number): boolean {
    const growth = Math.max(0, contextTokens - session.contextTokens);
    const waking = session.state.kind === "idle" ? 1 : 0;
    const entries = session.hops.map((hop) => {
      const entry = hop.standing === "reserved" ? this.holderOf(session, hop) : null;
      if (entry?.donor.kind !== "ready" || entry.presence.kind !== "connected") return null;
      if (waking === 1 && !takesChats(entry.donor.pace)) return null;
      return freeTokens(entry) >= growth && entry.active + waking <= this.#maxActive ? entry : null;
    });
    if (entries.includes(null)) return false;
    for (const entry of entries.filter((one) => one !== null)) {
      entry.reservedTokens += growth;
      entry.active += waking;
    }
    session.contextTokens += growth;
    session.request = request;
    session.state = { kind: "active", sinceMs: nowMs };
    session.admitted.clear();
    this.#roster.changed.add(session.model.id);
    return true;
  }

  /** The answer is over, its KV stays for the next message. Settling twice keeps the first time. */
  rest(session: Session, nowMs: number): void {
    if (session.state.kind === "idle") return;
    for (const hop of allHops(session)) {
      const entry = hop.standing === "reserved" ? this.#roster.tab(hop.tab) : undefined;
      if (entry !== undefined) entry.active -= 1;
    }
    session.state = { kind: "idle", sinceMs: nowMs };
    this.#roster.changed.add(session.model.id);
  }

  /** Frees what the session reserved and tells hops, standbys and asker, `quiet` excepted. */
  close(session: Session, why: Dismiss["why"], emit: Emit, quiet?: TabId): void {
    for (const hop of allHops(session)) this.free(session, hop, "expected");
    this.#sessions.delete(session.id);
    const { tabs } = session;
    this.#file(session, new Set(), new Set());
    for (const tab of tabs) {
      if (tab === quiet || this.#roster.tab(tab)?.presence.kind !== "connected") continue;
      emit({ kind: "send", to: tab, name: "dismiss", payload: { session: session.id, why } });
    }
    this.#roster.changed.add(session.model.id);
  }

  /** Call after hops, offer or standbys of a session were changed: files it under the tabs that have to do with it. */
  index(session: Session): void {
    const hops = allHops(session);
    const standbys = new Set(hops.flatMap((hop) => hop.standbys));
    this.#file(session, new Set([session.asker, ...hops.map((hop) => hop.tab), ...standbys]), standbys);
  }

  #file(session: Session, tabs: ReadonlySet<TabId>, standbys: ReadonlySet<TabId>): void {
    for (const tab of session.tabs) {
      const filed = this.#byTab.get(tab);
      if (tabs.has(tab) || filed === undefined) continue;
      filed.delete(session);
      if (filed.size === 0) this.#byTab.delete(tab);
    }
    for (const tab of tabs) {
      const filed = this.#byTab.get(tab);
      if (filed === undefined) this.#byTab.set(tab, new Set([session]));
      else filed.add(session);
    }
    this.#countStandbys(session.standbys, standbys, -1);
    this.#countStandbys(standbys, session.standbys, 1);
    session.tabs = tabs;
    session.standbys = standbys;
  }

  #countStandbys(those: ReadonlySet<TabId>, except: ReadonlySet<TabId>, by: 1 | -1): void {
    for (const tab of those) {
      const entry = except.has(tab) ? undefined : this.#roster.tab(tab);
      if (entry === undefined) continue;
      // One that stood by for as many as it may can stand by for another now.
      if (by === -1 && entry.standingBy >= this.#maxStandingBy && entry.donor.kind !== "none")
        this.#roster.reshaped.add(entry.donor.grant.model.id);
      entry.standingBy += by;
    }
  }
}

/** KV positions that no session has reserved on a donor. */
function freeTokens(entry: TabEntry): number {
  return entry.donor.kind === "none" ? 0 : entry.donor.grant.kvTokens - entry.reservedTokens;
}
