import { defaultSwarmLimits, type SwarmLimits } from "@potluck/swarm";
import type { Rate } from "./socket/token-bucket.ts";

export interface CoordinatorLimits extends SwarmLimits {
  /**
   * Events of one tab. Linking up with one other takes about ten relayed signals on a device with several networks, and a
   * crowd of 64 chats may come to one hop at once: a refused signal is a link that fails.
   */
  readonly tabRate: Rate;
  /** Events of one address: a school behind one router, where a thousand heartbeats a second are no flood. */
  readonly addressRate: Rate;
  /** A socket that has not said hello by then is closed. */
  readonly helloMs: number;
  /**
   * How often a socket is pinged. A hidden tab's timers may fire once a minute, and its heartbeats with them, but it answers
   * pings at once: so this is much less than the heartbeats that a tab may miss.
   */
  readonly pingMs: number;
  /** How often overdue things are looked for. */
  readonly tickMs: number;
}

export const defaultCoordinatorLimits: CoordinatorLimits = {
  ...defaultSwarmLimits,
  tabRate: { perSecond: 60, burst: 800 },
  addressRate: { perSecond: 2000, burst: 10_000 },
  helloMs: 10_000,
  pingMs: 1000,
  tickMs: 250,
};
