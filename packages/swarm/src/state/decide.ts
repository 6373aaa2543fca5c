import type { ModelId, Queued, RouteReady, SessionId } from "@potluck/protocol";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { serveQueue } from "./serve-queue.ts";
import { latestHops, type SessionHop } from "./session.ts";
import { StandbyKeeper } from "./standby-keeper.ts";
import type { Waiting } from "./waiting-line.ts";

/**
 * The one place that decides what follows from a change. For every model that changed: counts hops that are back, serves the
 * queue, refills the standbys where others may stand by now. What `asking` learns is the result, not an event.
 */
export function decide(
  core: SwarmCore,
  newSessionId: () => SessionId,
  nowMs: number,
  emit: Emit,
  asking: Waiting | null,
): RouteReady | Queued | null {
  const { roster, ledger, gifts } = core;
  gifts.moved(roster.changedGuests, nowMs);
  roster.changedGuests.clear();
  let answer: RouteReady | Queued | null = null;
  const changed: readonly ModelId[] = [...roster.changed];
  for (const model of changed) {
    const keeper = new StandbyKeeper(core, model, emit);
    for (const session of ledger.ofModel(model)) {
      for (const hop of latestHops(session)) {
        if (hop.standing === "reserved") continue;
        ledger.reserve(session, hop);
        if (isReserved(hop)) roster.reshaped.add(model);
      }
    }
    serveQueue(
      {
        ...core,
        keeper,
        emit,
        newSessionId,
        ready: (waiting, payload) => {
          if (waiting === asking) answer = payload;
          else emit({ kind: "send", to: waiting.tab, name: "route-ready", payload });
        },
        queued: (waiting, payload) => {
          if (waiting === asking) answer = payload;
          else if (roster.tab(waiting.tab)?.presence.kind === "connected")
            emit({ kind: "send", to: waiting.tab, name: "queued", payload });
        },
      },
      model,
      nowMs,
    );
    if (roster.reshaped.has(model)) for (const session of ledger.ofModel(model)) keeper.refill(session);
  }
  // Serving only takes room away, which helps nobody else; what it evicted it gave out at once.
  roster.changed.clear();
  roster.reshaped.clear();
  return answer;
}

function isReserved({ standing }: SessionHop): boolean {
  return standing === "reserved";
}
