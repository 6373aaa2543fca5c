/** A network with delay and loss between real tabs of one machine. */
export * from "./emulate-network.ts";
export type { NetworkPath } from "./udp-proxy.ts";
