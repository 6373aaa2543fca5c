/** A coordinator and real tabs, for the bench, for screenshots, for the soak and for end-to-end tests. */
export * from "./asking.ts";
export * from "./coordinator.ts";
export * from "./crew.ts";
export * from "./faults.ts";
export * from "./net/index.ts";
export * from "./own-browser.ts";
export * from "./partner-page.ts";
export * from "./tabs.ts";
