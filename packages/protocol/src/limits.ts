/** Largest signal event, in bytes. An SDP offer is about 3 KB; nothing else comes near. */
export const maxEventBytes: number = 64 * 1024;
/**
 * Largest slice on a data channel, in bytes, its header included. Chromium's SCTP sends bursts of 4 packets of
 * 1,191 bytes; a larger message costs further round trips (10 KB at 100 ms: 152 ms in one send, 51 ms in slices).
 */
export const maxSliceBytes = 4600;
/** Largest frame, in bytes: 512 positions of an 8,192-wide f32 model, and room for a header. */
export const maxFrameBytes: number = 16 * 1024 * 1024 + 1024;
/** Largest JSON text of a control frame, in bytes. A turn may list 4,096 penalised tokens. */
export const maxControlBytes: number = 64 * 1024;
/** Longest context any session may ask for, in tokens: what an int32 position holds is far more, no browser's memory is. */
export const maxContextTokens: number = 128 * 1024;
/** Positions of one prefill chunk. Small enough that a frame stays below 1 MiB at hidden size 2,048. */
export const prefillChunkTokens = 64;
/** Most tokens that one lap may give: a chunk of guesses, all right. */
export const maxTokensPerLap = 64;
/** Most tabs that stand by for one hop: one that is warm, and one for when that one dies too. */
export const maxStandbys = 2;
/** Frames of an epoch that a tab has not heard of yet, kept until it has. */
export const maxEarlyFrames = 64;
/** Most hops in a route: past this each answer is slower than reading. */
export const maxHops = 64;
/** Links of which one tab tells the round trip: enough to place it among others, few enough to be cheap. */
export const maxMeasuredLinks = 8;
/** Donor tabs in the picture of the swarm, at most: more can't be told apart on a screen. */
export const maxViewTabs = 200;

/** Memory that a partner's visitor lends, weights and KV caches together, in bytes: what a phone's tab can spare too. */
export const guestBudgetBytes: number = 256 * 2 ** 20;

/** A visitor's word is good for a day. */
export const consentMs: number = 24 * 3_600_000;
