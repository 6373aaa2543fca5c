/** Every deadline and cap of the swarm's state. */
export interface SwarmLimits {
  /** A tab reports at least this often; three missed ones and it holds nothing any more. */
  readonly heartbeatMs: number;
  readonly missedHeartbeats: number;
  /** How long a tab's chats and its place in the queue wait for its socket to come back: a short loss of wifi. */
  readonly askerGraceMs: number;
  /** A hop frees a session of which it heard nothing for this long. */
  readonly leaseMs: number;
  /** Idle KV is kept for the next message this long: less than `leaseMs`, so that what we promise is still there. */
  readonly idleMs: number;
  /** An answer that nobody settled for this long is over: 4,096 tokens at 2 a second. */
  readonly activeMs: number;
  /** A donor that loads for longer is stuck: 4 GB at 10 Mbit/s. */
  readonly loadingMs: number;
  /** Answers that run on one tab at a time. */
  readonly maxActivePerTab: number;
  readonly maxWaitingPerModel: number;
  readonly maxWaitingPerTab: number;
  /** Chats of one asker that hold KV. */
  readonly maxSessionsPerTab: number;
}

export const defaultSwarmLimits: SwarmLimits = {
  heartbeatMs: 2000,
  missedHeartbeats: 3,
  askerGraceMs: 15_000,
  leaseMs: 300_000,
  idleMs: 270_000,
  activeMs: 2_100_000,
  loadingMs: 3_600_000,
  maxActivePerTab: 8,
  maxWaitingPerModel: 1000,
  maxWaitingPerTab: 32,
  maxSessionsPerTab: 64,
};
