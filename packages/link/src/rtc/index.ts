/** Links over WebRTC. Only this entry loads simple-peer. */
export * from "./connect-peer.ts";
export * from "./peer-error.ts";
