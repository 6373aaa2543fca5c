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
  peerGone(tab: TabId): void;
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
      // What only an asker may be sent; everything else is a hop's business, even in a tab that is both.
      const answer = frame.kind === "token" || (frame.kind === "control" && frame.message.type === "failed");
      if (answer || host === undefined) asker?.receive(from, frame);
      const onlyAsker = frame.kind === "token" && asker !== undefined && asker.route.hops[0]?.tab !== asker.route.asker;
      if (!onlyAsker) host?.receive(from, frame);
    },
    peerGone(tab) {
      for (const asker of askers.values()) asker.peerGone(tab);
      for (const host of hosts) host.peerGone(tab);
    },
  };
}
