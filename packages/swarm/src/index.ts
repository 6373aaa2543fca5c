/** Who holds what, routes and queues, as pure functions and one pure state machine. */
export * from "./segment/layer-cost.ts";
export * from "./segment/swarm-model.ts";
export * from "./segment/swarm-model-of.ts";
export * from "./place/need.ts";
export * from "./place/place.ts";
export * from "./route/find-route.ts";
export * from "./route/largest-context.ts";
export * from "./status/swarm-status.ts";
export { applyChange, changeOf } from "./view/view-change.ts";
export type { Effect } from "./state/effect.ts";
export type { SiteGift } from "./state/gifts.ts";
export type { SwarmCounts } from "./state/report.ts";
export * from "./state/swarm-limits.ts";
export * from "./state/swarm.ts";
