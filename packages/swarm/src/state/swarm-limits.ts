/** Every deadline and cap of the swarm's state. */
export interface SwarmLimits {
  /** A tab reports at least this often; `missedHeartbeats` missed ones and it holds nothing any more. */
  readonly heartbeatMs: number;
  /** With the tick, a frozen tab is out of every route and report within 5 s. */
  readonly missedHeartbeats: number;
  /** How long all that a tab has waits for its socket to come back: a reload, a short loss of wifi. Hops wait as long (RP13). */
  readonly askerGraceMs: number;
  /** A hop frees a session of which it heard nothing for this long: an answer may wait ten minutes for a tab (RP10). */
  readonly leaseMs: number;
  /** Idle KV is kept for the next message this long: less than `leaseMs`, so that what we promise is still there. */
  readonly idleMs: number;
  /** An answer that nobody settled for this long is over: 4,096 tokens at 2 a second. */
  readonly activeMs: number;
  /** A donor that loads for longer is stuck: 4 GB at 10 Mbit/s. */
  readonly loadingMs: number;
  /** Answers that run on one tab at a time, at most. */
  readonly maxActivePerTab: number;
  /** Fewer, for new chats, where taking turns by the tab's measured step they would get a token less often than this: about as people read. */
  readonly patienceMs: number;
  readonly maxWaitingPerModel: number;
  readonly maxWaitingPerTab: number;
  /** Chats of one asker that hold KV. */
  readonly maxSessionsPerTab: number;
  /** Chats for which one tab stands by: each may cost it links to three others. */
  readonly maxStandingByPerTab: number;
}

export const defaultSwarmLimits: SwarmLimits = {
  heartbeatMs: 1000,
  missedHeartbeats: 4,
  askerGraceMs: 30_000,
  leaseMs: 660_000,
  idleMs: 270_000,
  activeMs: 2_100_000,
  loadingMs: 3_600_000,
  maxActivePerTab: 64,
  patienceMs: 250,
  maxWaitingPerModel: 1000,
  maxWaitingPerTab: 32,
  maxSessionsPerTab: 64,
  maxStandingByPerTab: 64,
};
