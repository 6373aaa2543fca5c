export type PeerFailure = "no-webrtc" | "aborted" | "timeout" | "failed";

/** Two tabs could not be connected. The message is for people. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly reason: PeerFailure;
  constructor(reason: PeerFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
