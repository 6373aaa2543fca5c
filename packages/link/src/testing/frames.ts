import type { HiddenFrame, SessionControlFrame, SessionId, TabId, TokenFrame } from "@potluck/protocol";

/** Frames and names for tests. */
export const left = "a".repeat(32) as TabId;
export const right = "b".repeat(32) as TabId;
export const stranger = "c".repeat(32) as TabId;
export const session = "5".repeat(32) as SessionId;
export const otherSession = "6".repeat(32) as SessionId;
const lap = { computeUs: 1, readBackUs: 2, encodeUs: 3, waitUs: 4 };

/** One row of `dataBytes` bytes (an even number), each saying where it is. */
export function hidden(position: number, dataBytes: number, of: SessionId = session): HiddenFrame {
  const data = Uint8Array.from({ length: dataBytes }, (_, i) => (i * 31 + position) & 0xff);
  const shape = { branch: 0, announced: false, count: 1, width: dataBytes / 2, dtype: "f16" as const };
  return { kind: "hidden", session: of, epoch: 0, turn: 0, position, ...shape, lap, data };
}

export function token(position: number, of: SessionId = session): TokenFrame {
  return { kind: "token", session: of, epoch: 0, turn: 0, position, ids: Int32Array.of(position + 7), end: null, lap };
}

export function stop(of: SessionId = session): SessionControlFrame {
  return { kind: "control", session: of, epoch: 0, turn: 0, message: { type: "end", why: "stopped" } };
}
