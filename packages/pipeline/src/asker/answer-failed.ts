import type { FailureReason } from "@potluck/protocol";

/** An answer that a hop, or the way to it, could not finish. */
export class AnswerFailed extends Error {
  override readonly name = "AnswerFailed";
  readonly reason: FailureReason;
  /** Which hop of the route, as far as known. */
  readonly hop: number;
  constructor(reason: FailureReason, hop: number, detail: string) {
    super(`hop ${hop}: ${reason}: ${detail}`);
    this.reason = reason;
    this.hop = hop;
  }
}
