import { smallestBudgetBytes } from "../place/need.ts";
import { draftSegment } from "../segment/swarm-model.ts";
import type { ModelStatus, SwarmStatus } from "../status/swarm-status.ts";
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

export function reportSwarm(core: SwarmCore): SwarmStatus {
  const models = Array.from(core.roster.models(), (model): ModelStatus => {
    const cover = core.roster.cover(model.id);
    const tabsPerLayer = [...(cover?.ready ?? [])];
    return {
      id: model.id,
      name: model.name,
      dtype: model.dtype,
      layerCount: model.layers.length,
      maxPositions: model.maxPositions,
      weightBytes: model.whole.weightBytes,
      kvBytesPerToken: model.whole.kvBytesPerToken,
      smallestBudgetBytes: smallestBudgetBytes(model),
      tabsPerLayer,
      joiningPerLayer: [...(cover?.joining ?? [])],
      available: tabsPerLayer.every((tabs) => tabs > 0),
      sessions: core.ledger.ofModel(model.id).filter(({ state }) => state.kind === "active").length,
      standbys: Array.from(core.roster.donors(model.id)).filter(({ standingBy }) => standingBy > 0).length,
      ...(model.draft === null ? {} : { draft: draftSegment(model.draft) }),
      manifestUrl: model.manifestUrl,
    };
  });
  const { tabs, loading, ready, queued } = countSwarm(core);
  return { tabs, donors: loading + ready, queued, models };
}
