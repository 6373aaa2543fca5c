import { smallestBudgetBytes } from "../place/need.ts";
import type { ModelStatus, SwarmStatus } from "../status/swarm-status.ts";
import type { SwarmCore } from "./core.ts";

/** For metrics and health. */
export interface SwarmCounts {
  readonly tabs: number;
  /** Donors that load, and those that are ready. */
  readonly loading: number;
  readonly ready: number;
  /** Chats whose answer runs, and those whose KV is kept. */
  readonly active: number;
  readonly idle: number;
  readonly queued: number;
}

export function countSwarm(core: SwarmCore): SwarmCounts {
  const counts = { tabs: core.roster.size, loading: 0, ready: 0, active: 0, idle: 0, queued: core.line.length };
  for (const { donor } of core.roster.tabs()) if (donor.kind !== "none") counts[donor.kind] += 1;
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
      sessions: core.ledger.activeCount(model.id),
      manifestUrl: model.manifestUrl,
    };
  });
  const { tabs, loading, ready, queued } = countSwarm(core);
  return { tabs, donors: loading + ready, queued, models };
}
