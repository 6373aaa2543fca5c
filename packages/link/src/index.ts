/** Ordered, reliable frames between two tabs. Over WebRTC with `@potluck/link/rtc`, in memory with the twin. */
export * from "./link.ts";
export * from "./clock.ts";
export * from "./create-link.ts";
export * from "./loopback.ts";
export * from "./memory/memory-transport.ts";
export * from "./testing/manual-clock.ts";
