import type { SessionId } from "../ids.ts";
import type { FrameDtype } from "../route.ts";
import type { LinkControl, SessionControl } from "../control/control.ts";

/** Why an answer is over: the model ended its turn, `maxNewTokens` were made, or the reserved context is full. */
export type EndReason = "stop-token" | "length" | "context-full";

interface SessionFrame {
  readonly session: SessionId;
  readonly epoch: number;
  /** Which turn of the session, as {@link Turn.turn}, modulo 65,536. */
  readonly turn: number;
}

/** Where an answer's time went on its way around the ring, summed over hops, in microseconds. */
export interface LapTimes {
  readonly computeUs: number;
  readonly readBackUs: number;
  readonly encodeUs: number;
  /** Waiting in a hop's queue behind other sessions. */
  readonly waitUs: number;
}

/** Asker to first hop: token ids of positions `position` … `position + ids.length - 1`. */
export interface TokensFrame extends SessionFrame {
  readonly kind: "tokens";
  readonly position: number;
  readonly ids: Int32Array;
}

/** Hop to next hop: hidden states `[count, width]`, little-endian rows in `dtype`. */
export interface HiddenFrame extends SessionFrame {
  readonly kind: "hidden";
  readonly position: number;
  readonly count: number;
  readonly width: number;
  readonly dtype: FrameDtype;
  readonly lap: LapTimes;
  /** `count * width` values; a view into the received buffer. */
  readonly data: Uint8Array;
}

/** Last hop to asker and to first hop: the token sampled for `position`. */
export interface TokenFrame extends SessionFrame {
  readonly kind: "token";
  readonly position: number;
  readonly id: number;
  /** Set on the last token of an answer: the first hop must not run it. */
  readonly end: EndReason | null;
  readonly lap: LapTimes;
}

/** A JSON message about one session, in order with its other frames. */
export interface SessionControlFrame extends SessionFrame {
  readonly kind: "control";
  readonly message: SessionControl;
}

/** A JSON message about the link itself. */
export interface LinkControlFrame {
  readonly kind: "link";
  readonly message: LinkControl;
}

export type SessionFrames = TokensFrame | HiddenFrame | TokenFrame | SessionControlFrame;
export type Frame = SessionFrames | LinkControlFrame;
