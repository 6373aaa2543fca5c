import type { SwarmCore } from "./core.ts";

/** For metrics and health. */
export interface SwarmCounts {
  /** Tabs with a socket; those whose socket closed and may come back. */
  readonly tabs: number;
  readonly away: number;
  /** Donors with a socket that load, and those that are ready. */
  readonly loading: number;
  readonly ready: number;
  /** Ready ones that stand by for some chat. */
  readonly standbys: number;
  /** Chats whose answer runs, and those whose KV is kept. */
  readonly active: number;
  readonly idle: number;
  readonly queued: number;
}

export function countSwarm(core: SwarmCore): SwarmCounts {
  const counts = { tabs: 0, away: 0, loading: 0, ready: 0, standbys: 0, active: 0, idle: 0, queued: core.line.length };
  for (const { donor, presence, standingBy } of core.roster.tabs()) {
    if (presence.kind === "away") counts.away += 1;
    else {
      counts.tabs += 1;
      if (donor.kind !== "none") counts[donor.kind] += 1;
      if (standingBy > 0) counts.standbys += 1;
    }
  }
  for (const { state } of core.ledger.all()) counts[state.kind] += 1;
  return counts;
}
