/** The coordinator, as a chat that has lost a hop needs it. */
import type { RepairDesk } from "@potluck/pipeline";
import type { LayerRange, SessionId, TabId, WaitReason } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { Claims } from "./claims.ts";
import type { Line } from "./line.ts";

export function createRepairDesk(coordinator: Coordinator, claims: Claims, line: Line): RepairDesk {
  /** A tab that is there but busy leaves the lost hops' layers as open as one that is not there. */
  const missing = (reason: WaitReason, session: SessionId, lost: readonly TabId[]): readonly LayerRange[] =>
    reason.kind === "layers-missing"
      ? reason.missing
      : (claims.route(session)?.hops ?? []).flatMap((hop) => (lost.includes(hop.tab) ? [hop.range] : []));

  return {
    claim: (route, state, lost) => claims.claim(route, state, lost),
    async replace(session, { lost, barred }, onWaiting, signal) {
      const { route } = await line.wait(
        {
          ask: (request) => coordinator.call("repair", { request, session, lost, barred }),
          onQueued: ({ reason }) => onWaiting(missing(reason, session, lost)),
          awayMs: null,
          patient: true,
          passing: ["shutting-down", "rate-limited", "queue-full"],
        },
        signal,
      );
      return route;
    },
  };
}
