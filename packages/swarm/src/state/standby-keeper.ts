import { type ModelId, maxStandbys, type TabId } from "@potluck/protocol";
import { sameRange } from "../segment/layer-cost.ts";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { allHops, latestHops, routeOf, type Session, type SessionHop } from "./session.ts";
import { type TabEntry, takesChats } from "./tab-entry.ts";

/** A standby with one chat more is worth a lap that is longer by this. */
const chatMs = 5;

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
    const hops = allHops(session);
    const hopTabs = hops.map((hop) => hop.tab);
    const latest = latestHops(session);
    let isChanged = false;
    for (const hop of hops) {
      const standbys = latest.includes(hop)
        ? this.#chosen(session, hop, hopTabs)
        : hop.standbys.filter((tab) => this.#canStandBy(session, hop, hopTabs, this.#tab(tab)));
      if (sameList(standbys, hop.standbys)) continue;
      hop.standbys = standbys;
      isChanged = true;
    }
    if (isChanged) this.#core.ledger.index(session);
    this.#admit(session);
    for (const tab of session.admitted) {
      if (hopTabs.includes(tab) || session.standbys.has(tab)) continue;
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
    const fresh: { readonly tab: TabId; readonly index: number }[] = [];
    for (const [index, hop] of latestHops(session).entries()) {
      const isMissing = hop.standing === "reserved" && !admitted.has(hop.tab);
      if (isMissing && this.#tab(hop.tab)?.presence.kind === "connected") fresh.push({ tab: hop.tab, index });
      for (const tab of hop.standbys) if (!admitted.has(tab)) fresh.push({ tab, index });
    }
    if (fresh.length === 0) return;
    const route = routeOf(session, this.#core.limits.leaseMs);
    for (const { tab, index } of fresh) {
      admitted.add(tab);
      this.#emit({ kind: "send", to: tab, name: "admit", payload: { route, hop: index } });
    }
  }

  /** Who stands by for the hop from now on: those who can stay do, and a slow one makes way for a steady one. */
  #chosen(session: Session, hop: SessionHop, hopTabs: readonly TabId[]): readonly TabId[] {
    if (hop.standbys.length === maxStandbys && this.#areSteady(session, hop, hopTabs)) return hop.standbys;
    const kept = [...new Set(hop.standbys)]
      .map((tab) => this.#tab(tab))
      .filter((entry) => this.#canStandBy(session, hop, hopTabs, entry));
    const others = this.#spare(hop).filter(
      (entry) =>
        !hop.standbys.includes(entry.id) &&
        entry.standingBy < this.#core.limits.maxStandingByPerTab &&
        this.#canStandBy(session, hop, hopTabs, entry),
    );
    if (others.length > 1) this.#rank(others, session, hop);
    const ranked = [
      ...kept.filter((entry) => !isSlow(entry)),
      ...others.filter((entry) => !isSlow(entry)),
      ...kept.filter(isSlow),
      ...others.filter(isSlow),
    ];
    return ranked.slice(0, maxStandbys).map((entry) => entry.id);
  }

  /** Best first. */
  #rank(others: TabEntry[], session: Session, hop: SessionHop): void {
    const hops = latestHops(session);
    const at = hops.indexOf(hop);
    const around = [hops.at(at - 1)?.tab ?? session.asker, hops[(at + 1) % hops.length]?.tab ?? session.asker].map(
      (tab) => (tab === hop.tab ? session.asker : tab),
    );
    const { atlas } = this.#core;
    const costs = new Map(
      others.map((entry) => {
        const wayMs = around.reduce((sum, tab) => sum + atlas.between(tab, entry.id), 0);
        return [entry, (entry.standingBy + entry.active) * chatMs + wayMs] as const;
      }),
    );
    others.sort((a, b) => compare(a, b, session.contextTokens, (entry) => costs.get(entry) ?? 0));
  }

  /** Nothing to choose: the usual case, for every hop of every chat at every change. */
  #areSteady(session: Session, hop: SessionHop, hopTabs: readonly TabId[]): boolean {
    const { standbys } = hop;
    if (standbys[0] === standbys[1]) return false;
    return standbys.every((tab) => {
      const entry = this.#tab(tab);
      return this.#canStandBy(session, hop, hopTabs, entry) && !isSlow(entry);
    });
  }

  #canStandBy(
    session: Session,
    hop: Pick<SessionHop, "range">,
    hopTabs: readonly TabId[],
    entry: TabEntry | undefined,
  ): entry is TabEntry {
    if (entry?.donor.kind !== "ready" || entry.presence.kind !== "connected") return false;
    const { grant, pace } = entry.donor;
    return (
      grant.model === session.model &&
      sameRange(grant.node, hop.range) &&
      takesChats(pace) &&
      !hopTabs.includes(entry.id) &&
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

/**
 * Below 0 when `a` should rather stand by: with room for the context first, then the least asked and nearest, then the
 * older.
 */
function compare(a: TabEntry, b: TabEntry, contextTokens: number, costMs: (entry: TabEntry) => number): number {
  const free = (entry: TabEntry): number =>
    entry.donor.kind === "ready" ? entry.donor.grant.kvTokens - entry.reservedTokens : 0;
  const since = (entry: TabEntry): number => (entry.donor.kind === "none" ? 0 : entry.donor.sinceMs);
  return (
    Number(free(a) < contextTokens) - Number(free(b) < contextTokens) ||
    costMs(a) - costMs(b) ||
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
