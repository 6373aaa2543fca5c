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

/**
 * Token ids of positions `position` … `position + ids.length - 1`: from the asker to the first hop, which runs them, and from
 * the first hop to the last, to say what the announced rows of that branch are guessed to be (SD1).
 */
export interface TokensFrame extends SessionFrame {
  readonly kind: "tokens";
  readonly position: number;
  /** Counts wrong guesses of the turn in this epoch, modulo 65,536; 0 from the asker. */
  readonly branch: number;
  readonly ids: Int32Array;
}

/** Hop to next hop: hidden states `[count, width]`, little-endian rows in `dtype`. */
export interface HiddenFrame extends SessionFrame {
  readonly kind: "hidden";
  readonly position: number;
  /** Counts wrong guesses of the turn in this epoch, modulo 65,536 (SD3). */
  readonly branch: number;
  /** The rows may be guesses: their ids come to the last hop in a tokens frame. */
  readonly announced: boolean;
  readonly count: number;
  readonly width: number;
  readonly dtype: FrameDtype;
  readonly lap: LapTimes;
  /** `count * width` values; a view into the received buffer. */
  readonly data: Uint8Array;
}

/** Last hop to asker and to first hop: the tokens that one lap gave, 1 to 64, the first of them for `position`. */
export interface TokenFrame extends SessionFrame {
  readonly kind: "token";
  readonly position: number;
  readonly ids: Int32Array;
  /** Set when the last of them ends the answer: the first hop must not run that one. */
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
