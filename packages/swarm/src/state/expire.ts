import type { SwarmCore } from "./core.ts";
import { forget, goAway, release } from "./departures.ts";
import type { Emit } from "./effect.ts";

/** Drops whatever is overdue: silent tabs, stuck loaders, chats that nobody settled or came back to. */
export function expire(core: SwarmCore, nowMs: number, emit: Emit): void {
  const { heartbeatMs, missedHeartbeats, askerGraceMs, loadingMs, activeMs, idleMs } = core.limits;
  for (const entry of core.roster.tabs()) {
    // Without a socket nothing can be heard: its peers know better whether it lives.
    if (entry.presence.kind === "connected" && nowMs - entry.heardMs > heartbeatMs * missedHeartbeats) {
      release(core, entry, emit);
      goAway(core, entry, nowMs, emit);
      emit({ kind: "drop-socket", tab: entry.id });
    }
    if (entry.donor.kind === "loading" && nowMs - entry.donor.sinceMs > loadingMs) release(core, entry, emit);
    if (entry.presence.kind === "away" && nowMs - entry.presence.sinceMs >= askerGraceMs) forget(core, entry, emit);
  }
  for (const session of core.ledger.all()) {
    const keepMs = session.state.kind === "active" ? activeMs : idleMs;
    if (nowMs - session.state.sinceMs >= keepMs) core.ledger.close(session, "lease-expired", emit);
  }
}
