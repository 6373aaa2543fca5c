import type { SessionFrames, TabId } from "@potluck/protocol";

/**
 * `closed-there` is the far side's goodbye: it left, or wants no link. `ping-timeout` is a loss: one of the two sides heard
 * nothing from the other for the time of all its pings.
 */
export type CloseReason =
  | "closed-here"
  | "closed-there"
  | "ping-timeout"
  | "connect-timeout"
  | "version-mismatch"
  | "wrong-tab"
  | "misbehaving"
  | "transport-error";

/**
 * Ordered, reliable frames between two tabs, with back-pressure. Made only once the handshake is done: a `Link` in your
 * hands speaks our protocol version with the tab it names.
 */
export interface Link {
  readonly remote: TabId;
  /**
   * Queues a frame and resolves when the link will take another without its buffer passing the high-water mark.
   * The frame is copied before this returns. Frames of one session arrive in the order of the calls; between sessions,
   * tokens and control messages go ahead of waiting prefills. Rejects with {@link LinkClosed} when the link is closed
   * (nobody has to look: `closed` tells the same).
   */
  send(frame: SessionFrames): Promise<void>;
  /** The one receiver of session frames; frames that came before it was set are kept (at most 64) and delivered then. */
  onFrame(receive: (frame: SessionFrames) => void): void;
  /** Resolves once, when the link is closed, by whichever side or fault. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /** Smoothed round trip in ms, or null before the first pong. */
  readonly roundTripMs: number | null;
  /**
   * Ms since anything arrived, pings included. Time in which this side itself did not get to run counts as one ping at most,
   * so that a page that was asleep does not take everybody else for dead.
   */
  readonly silentMs: number;
  readonly stats: LinkStats;
  close(): void;
}

export interface LinkStats {
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Received frames and slices that were dropped, by reason. */
  readonly faults: Readonly<Record<string, number>>;
}

export class LinkClosed extends Error {
  override readonly name = "LinkClosed";
  readonly reason: CloseReason;
  /** `sentence` is for people, where there is something they can do. */
  constructor(remote: TabId, reason: CloseReason, sentence?: string) {
    super(`link to ${remote.slice(0, 8)} is closed: ${reason}${sentence === undefined ? "" : `. ${sentence}`}`);
    this.reason = reason;
  }
}

/**
 * The raw pipe under a link: a data channel or its twin. Messages of at most `maxSliceBytes`, ordered, reliable.
 */
export interface Transport {
  /**
   * Copies `message` and sends it; drops it when closed. Throws a RangeError when it is larger than `maxSliceBytes`.
   */
  send(message: Uint8Array): void;
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedBytes: number;
  /** The path is long: spread over so many associations, where the transport can. */
  widen?(total: number): void;
  /** Called when `bufferedBytes` falls to or below `lowWaterBytes`. */
  onDrain(lowWaterBytes: number, drained: () => void): void;
  /** The one receiver; the few messages that came before it are delivered then. Each is the receiver's own. */
  onMessage(receive: (message: Uint8Array) => void): void;
  /** `closed`: by either side, on purpose; `error`: the path broke. */
  readonly closed: Promise<"closed" | "error">;
  /**
   * `flushed` (the default) leaves the path up to a second to deliver what was sent before; `now` is for a far side that
   * is gone or needs nothing more.
   */
  close(when?: "flushed" | "now"): void;
}
