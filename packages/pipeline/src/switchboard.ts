/** Shows each received frame to whom it concerns in this tab: the hop, the asker, or, in a tab that is both, the two. */
import type { Route, SessionFrames, SessionId, TabId } from "@potluck/protocol";
import type { AskerSession } from "./asker/asker-session.ts";
import type { Clock } from "@potluck/link";
import type { DropCounter } from "./counters.ts";
import { createEarlyFrames } from "./early-frames.ts";
import type { HopHost } from "./hop/hop-host.ts";

export interface Switchboard {
  /** Hop hosts of this tab, one a shard. */
  readonly hosts: Set<HopHost>;
  readonly askers: Map<SessionId, AskerSession>;
  /** The coordinator's word that a session may use the host's shard, and what came for it before the word did (PL15). */
  admit(host: HopHost, route: Route, hop: number): void;
  receive(from: TabId, frame: SessionFrames): void;
  /** @param why whether the tab said goodbye. */
  peerGone(tab: TabId, why: "goodbye" | "lost"): void;
}

export function createSwitchboard(drops: DropCounter, clock: Clock): Switchboard {
  const hosts = new Set<HopHost>();
  const askers = new Map<SessionId, AskerSession>();
  const early = createEarlyFrames(clock, drops);
  return {
    hosts,
    askers,
    admit(host, route, hop) {
      host.admit(route, hop);
      for (const { from, frame } of early.take(route.session)) host.receive(from, frame);
    },
    receive(from, frame) {
      const asker = askers.get(frame.session);
      const host = [...hosts].find((each) => each.holds(frame.session));
      if (asker === undefined && host === undefined) {
        return hosts.size > 0 ? early.put(from, frame) : drops.count("unknown-session");
      }
      const { toAsker, toHop } = addressees(from, frame, asker?.route);
      if (toAsker || host === undefined) asker?.receive(from, frame);
      if (toHop || asker === undefined) host?.receive(from, frame);
    },
    peerGone(tab, why) {
      for (const asker of askers.values()) asker.peerGone(tab, why);
      for (const host of hosts) host.peerGone(tab);
    },
  };
}

/** Whom a frame is for in a tab that is both the asker and a hop of the session's route. */
function addressees(
  from: TabId,
  frame: SessionFrames,
  route: Route | undefined,
): { readonly toAsker: boolean; readonly toHop: boolean } {
  const isFirst = route !== undefined && route.hops[0]?.tab === route.asker;
  if (frame.kind === "token") return { toAsker: true, toHop: isFirst };
  if (frame.kind !== "control") return { toAsker: false, toHop: true };
  switch (frame.message.type) {
    case "failed":
    case "progress":
    case "suspect":
    case "leaving":
      return { toAsker: true, toHop: false };
    case "have":
      // The first hop says it to the asker, every other to a hop.
      return { toAsker: route?.hops[0]?.tab === from, toHop: route?.hops[0]?.tab !== from };
    case "turn":
    case "share":
    case "reroute":
    case "end":
      return { toAsker: false, toHop: true };
    default:
      return frame.message satisfies never;
  }
}
