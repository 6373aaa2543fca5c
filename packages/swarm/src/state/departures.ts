import type { TabId } from "@potluck/protocol";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { allHops, latestHops, type Session } from "./session.ts";
import type { TabEntry } from "./tab-entry.ts";
import type { Waiting } from "./waiting-line.ts";

/** The tab holds nothing any more; who chats through it hears so and repairs. */
export function release(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  if (entry.donor.kind === "none") return;
  loseHops(core, entry, emit);
  core.roster.setDonor(entry, { kind: "none" });
}

/** What the tab computed is lost: its reservations are free, and it stands by for nobody. */
export function loseHops(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  for (const session of core.ledger.of(entry.id)) {
    const hops = allHops(session).filter((hop) => hop.tab === entry.id && hop.standing !== "gone");
    if (hops.length === 0 && !session.standbys.has(entry.id)) continue;
    for (const hop of hops) core.ledger.free(session, hop, "gone");
    dropStandby(core, session, entry.id);
    session.admitted.delete(entry.id);
    tellGone(core, session, entry.id, true, emit);
  }
}

/** The tab's socket closed: what it computed may well stand, so its hops keep their reservations; it stands by for nobody. */
export function goAway(core: SwarmCore, entry: TabEntry, nowMs: number, emit: Emit): void {
  core.roster.setPresence(entry, { kind: "away", sinceMs: nowMs });
  for (const session of core.ledger.of(entry.id)) {
    const isHop = allHops(session).some((hop) => hop.tab === entry.id && hop.standing !== "gone");
    if (!isHop && !session.standbys.has(entry.id)) continue;
    dropStandby(core, session, entry.id);
    tellGone(core, session, entry.id, false, emit);
  }
}

/** What a tab was told around the loss of its socket may be lost: tells it again where it stands, now that it is back. */
export function retell(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  for (const waiting of core.line.ofTab(entry.id)) {
    waiting.told = null;
    core.roster.changed.add(waiting.modelId);
  }
  for (const session of core.ledger.of(entry.id)) {
    core.roster.changed.add(session.model.id);
    core.roster.reshaped.add(session.model.id);
    session.admitted.delete(entry.id);
    if (session.asker !== entry.id) continue;
    session.told = [];
    for (const hop of latestHops(session)) {
      const isAway = core.roster.tab(hop.tab)?.presence.kind === "away";
      if (hop.standing === "gone") tellGone(core, session, hop.tab, true, emit);
      else if (isAway) tellGone(core, session, hop.tab, false, emit);
    }
  }
}

/** The tab is gone for good: its chats, its place in the queue and what it held with it. */
export function forget(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  for (const waiting of core.line.ofTab(entry.id)) unqueue(core, waiting);
  for (const session of core.ledger.of(entry.id)) {
    if (session.asker === entry.id) core.ledger.close(session, "asker-gone", emit, entry.id);
  }
  release(core, entry, emit);
  core.roster.remove(entry);
  core.atlas.forget(entry.id);
}

function dropStandby(core: SwarmCore, session: Session, tab: TabId): void {
  if (!session.standbys.has(tab)) return;
  for (const hop of allHops(session)) hop.standbys = hop.standbys.filter((one) => one !== tab);
  session.admitted.delete(tab);
  core.ledger.index(session);
}

function tellGone(core: SwarmCore, session: Session, tab: TabId, certain: boolean, emit: Emit): void {
  if (core.roster.tab(session.asker)?.presence.kind !== "connected") return;
  emit({ kind: "send", to: session.asker, name: "hop-gone", payload: { session: session.id, tab, certain } });
}

/** Takes a request out of its queue; the others move up. */
export function unqueue(core: SwarmCore, waiting: Waiting): void {
  core.line.remove(waiting);
  core.roster.changed.add(waiting.modelId);
}
