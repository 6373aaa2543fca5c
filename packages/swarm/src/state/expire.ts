import type { SwarmCore } from "./core.ts";
import { forget, release } from "./departures.ts";
import type { Emit } from "./effect.ts";

/** Drops whatever is overdue: silent tabs, stuck loaders, chats that nobody settled or came back to. */
export function expire(core: SwarmCore, nowMs: number, emit: Emit): void {
  const { heartbeatMs, missedHeartbeats, askerGraceMs, loadingMs, activeMs, idleMs } = core.limits;
  for (const entry of core.roster.tabs()) {
    if (nowMs - entry.heardMs > heartbeatMs * missedHeartbeats) {
      release(core, entry, emit);
      if (entry.presence.kind === "connected") {
        core.roster.setPresence(entry, { kind: "away", sinceMs: nowMs });
        emit({ kind: "drop-socket", tab: entry.id });
      }
    }
    if (entry.donor.kind === "loading" && nowMs - entry.donor.sinceMs > loadingMs) release(core, entry, emit);
    if (entry.presence.kind === "away" && nowMs - entry.presence.sinceMs >= askerGraceMs) forget(core, entry, emit);
  }
  for (const session of core.ledger.all()) {
    const keepMs = session.state.kind === "active" ? activeMs : idleMs;
    if (nowMs - session.state.sinceMs >= keepMs) core.ledger.close(session, "lease-expired", emit);
  }
}
