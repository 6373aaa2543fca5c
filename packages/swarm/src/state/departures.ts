import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import type { TabEntry } from "./tab-entry.ts";
import type { Waiting } from "./waiting-line.ts";

/** The tab holds nothing any more; chats through it end. */
export function release(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  if (entry.donor.kind === "none") return;
  dismissHopped(core, entry, emit);
  core.roster.setDonor(entry, { kind: "none" });
}

/** Ends the chats of which the tab is a hop. */
export function dismissHopped(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  for (const session of core.ledger.of(entry)) {
    if (session.hops.some((hop) => hop.tab === entry.id)) core.ledger.close(session, "hop-left", emit);
  }
}

/** The tab is gone for good: its chats, its place in the queue and what it held with it. */
export function forget(core: SwarmCore, entry: TabEntry, emit: Emit): void {
  for (const waiting of core.line.ofTab(entry.id)) unqueue(core, waiting);
  release(core, entry, emit);
  for (const session of core.ledger.of(entry)) core.ledger.close(session, "asker-gone", emit, entry.id);
  core.roster.remove(entry);
}

/** Takes a request out of its queue; the others move up. */
export function unqueue(core: SwarmCore, waiting: Waiting): void {
  core.line.remove(waiting);
  core.roster.changed.add(waiting.modelId);
}
