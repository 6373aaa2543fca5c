/** One session on one hop, and the asker's side of it. Knows frames, links and a shard runner; no sockets, no DOM. */
export * from "./peers.ts";
export * from "./counters.ts";
export * from "./switchboard.ts";
export { createHopHost, type HopHost, type HopHostOptions } from "./hop/hop-host.ts";
export { createDuty, type Duty, withDuty } from "./hop/duty.ts";
export type { HopStats } from "./hop/hop-stats.ts";
export * from "./asker/answer-failed.ts";
export * from "./asker/answer.ts";
export * from "./asker/repair.ts";
export * from "./asker/asker-session.ts";
