/** A coordinator and real tabs, for the bench, for screenshots and for end-to-end tests. */
export * from "./coordinator.ts";
export * from "./tabs.ts";
