import { type ModelId, maxStandbys, type TabId } from "@potluck/protocol";
import { sameRange } from "../segment/layer-cost.ts";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { allHops, latestHops, routeOf, type Session, type SessionHop } from "./session.ts";
import type { TabEntry } from "./tab-entry.ts";

/**
 * Keeps two tabs with exactly a hop's range standing by for it, where the swarm has them, and tells all whom a change
 * concerns: first those that are in, then those that are out, then the asker.
 */
export class StandbyKeeper {
  readonly #core: SwarmCore;
  readonly #modelId: ModelId;
  readonly #emit: Emit;
  /** Tabs that could stand by at all, by their range; found when first needed. */
  #spares: Map<string, TabEntry[]> | null = null;

  constructor(core: SwarmCore, modelId: ModelId, emit: Emit) {
    this.#core = core;
    this.#modelId = modelId;
    this.#emit = emit;
  }

  /** Brings standbys and admissions of one session up to date; what its asker hears of them goes with an answer. */
  settle(session: Session): void {
    const hopTabs = new Set(allHops(session).map((hop) => hop.tab));
    const latest = latestHops(session);
    for (const hop of allHops(session)) {
      if (latest.includes(hop)) hop.standbys = this.#chosen(session, hop, hopTabs);
      else hop.standbys = hop.standbys.filter((tab) => this.#canStandBy(session, hop, hopTabs, this.#tab(tab)));
    }
    this.#core.ledger.index(session);
    this.#admit(session);
    for (const tab of session.admitted) {
      if (hopTabs.has(tab) || session.standbys.has(tab)) continue;
      session.admitted.delete(tab);
      // An asker frees its own hop when it reroutes; a dismissal could be read as that of its chat.
      if (tab === session.asker || this.#tab(tab)?.presence.kind !== "connected") continue;
      this.#emit({ kind: "send", to: tab, name: "dismiss", payload: { session: session.id, why: "replaced" } });
    }
  }

  /** As {@link settle}, for an asker that has its route already. */
  refill(session: Session): void {
    this.settle(session);
    const hops = latestHops(session).map(({ tab, standbys }) => ({ tab, standbys }));
    if (sameStandbys(session.told, hops) || this.#tab(session.asker)?.presence.kind !== "connected") return;
    session.told = hops;
    this.#emit({ kind: "send", to: session.asker, name: "standbys", payload: { session: session.id, hops } });
  }

  #tab(id: TabId): TabEntry | undefined {
    return this.#core.roster.tab(id);
  }

  #admit(session: Session): void {
    const { admitted } = session;
    const fresh = latestHops(session).flatMap((hop, index) => {
      const hops = hop.standing === "reserved" && this.#tab(hop.tab)?.presence.kind === "connected" ? [hop.tab] : [];
      return [...hops, ...hop.standbys].filter((tab) => !admitted.has(tab)).map((tab) => ({ tab, index }));
    });
    if (fresh.length === 0) return;
    const route = routeOf(session, this.#core.limits.leaseMs);
    for (const { tab, index } of fresh) {
      admitted.add(tab);
      this.#emit({ kind: "send", to: tab, name: "admit", payload: { route, hop: index } });
    }
  }

  /** Who stands by for the hop from now on: those who can stay do, and a slow one makes way for a steady one. */
  #chosen(session: Session, hop: SessionHop, hopTabs: ReadonlySet<TabId>): readonly TabId[] {
    const kept = [...new Set(hop.standbys)]
      .map((tab) => this.#tab(tab))
      .filter((entry) => this.#canStandBy(session, hop, hopTabs, entry));
    const standing = kept.filter((entry) => !isSlow(entry));
    if (standing.length < maxStandbys) {
      const others = this.#spare(hop).filter(
        (entry) =>
          !hop.standbys.includes(entry.id) &&
          entry.standingBy < this.#core.limits.maxStandingByPerTab &&
          this.#canStandBy(session, hop, hopTabs, entry),
      );
      take(others.filter((entry) => !isSlow(entry)));
      for (const entry of kept) if (isSlow(entry) && standing.length < maxStandbys) standing.push(entry);
      take(others.filter(isSlow));
    }
    const ids = standing.map((entry) => entry.id);
    return sameList(ids, hop.standbys) ? hop.standbys : ids;

    function take(from: readonly TabEntry[]): void {
      const best = from.toSorted((a, b) => compare(a, b, session.contextTokens));
      standing.push(...best.slice(0, Math.max(0, maxStandbys - standing.length)));
    }
  }

  #canStandBy(
    session: Session,
    hop: SessionHop,
    hopTabs: ReadonlySet<TabId>,
    entry: TabEntry | undefined,
  ): entry is TabEntry {
    if (entry?.donor.kind !== "ready" || entry.presence.kind !== "connected") return false;
    const { grant, pace } = entry.donor;
    return (
      grant.model === session.model &&
      sameRange(grant.node, hop.range) &&
      pace !== "draining" &&
      !hopTabs.has(entry.id) &&
      !session.lost.has(entry.id)
    );
  }

  #spare(hop: SessionHop): readonly TabEntry[] {
    if (this.#spares === null) {
      this.#spares = new Map();
      for (const entry of this.#core.roster.donors(this.#modelId)) {
        if (entry.donor.kind !== "ready" || entry.presence.kind !== "connected") continue;
        const { from, to } = entry.donor.grant.node;
        const group = this.#spares.get(`${from} ${to}`);
        if (group === undefined) this.#spares.set(`${from} ${to}`, [entry]);
        else group.push(entry);
      }
    }
    return this.#spares.get(`${hop.range.from} ${hop.range.to}`) ?? [];
  }
}

function isSlow(entry: TabEntry): boolean {
  return entry.donor.kind === "ready" && entry.donor.pace === "slow";
}

/** Below 0 when `a` should rather stand by: with room for the context first, then the least asked, then the older. */
function compare(a: TabEntry, b: TabEntry, contextTokens: number): number {
  const free = (entry: TabEntry): number =>
    entry.donor.kind === "ready" ? entry.donor.grant.kvTokens - entry.reservedTokens : 0;
  const since = (entry: TabEntry): number => (entry.donor.kind === "none" ? 0 : entry.donor.sinceMs);
  return (
    Number(free(a) < contextTokens) - Number(free(b) < contextTokens) ||
    a.standingBy + a.active - (b.standingBy + b.active) ||
    since(a) - since(b) ||
    (a.id < b.id ? -1 : 1)
  );
}

function sameList(a: readonly TabId[], b: readonly TabId[]): boolean {
  return a.length === b.length && a.every((tab, i) => tab === b[i]);
}

type Told = Session["told"];

function sameStandbys(a: Told, b: Told): boolean {
  return (
    a.length === b.length && a.every((hop, i) => hop.tab === b[i]?.tab && sameList(hop.standbys, b[i]?.standbys ?? []))
  );
}
