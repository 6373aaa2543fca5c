/** Decides whether a hop may believe a frame. Pure; the hop host acts on the verdict. */
import type { FailureReason, HiddenFrame, SessionFrames, TabId } from "@potluck/protocol";
import type { DropReason } from "../counters.ts";
import { type HopSession, isAnswered, isFirst, isLast } from "./hop-session.ts";
import { isLater } from "./is-later.ts";
import { after, before } from "./ring.ts";

export type Verdict =
  | { readonly kind: "accept" }
  /** Nothing changes; the reason is counted. */
  | { readonly kind: "drop"; readonly reason: DropReason }
  /** From the right neighbour, in turn, yet impossible: this hop can't go on. */
  | { readonly kind: "fail"; readonly reason: FailureReason; readonly detail: string };

/** What the gate needs to know of the shard. */
export interface GateShard {
  readonly hiddenSize: number;
}

type Place = Pick<HopSession, "hop" | "route" | "state" | "tokens" | "newest">;

/** PL1: whether the tab may send this frame to this hop, as the hop's own route has it. */
export function mayCome(session: Place, frame: SessionFrames, from: TabId): boolean {
  const { hops, asker } = session.route;
  const { kind } = session.state;
  if (frame.kind === "control") {
    switch (frame.message.type) {
      case "reroute":
      case "end":
        return from === asker;
      case "turn":
        return kind !== "standby" && from === before(session);
      case "share":
        return kind !== "standby" && !isFirst(session) && from === before(session);
      case "have":
        return kind !== "standby" && !isLast(session) && from === after(session);
      case "failed":
      case "progress":
      case "suspect":
      case "leaving":
        // For askers only.
        return false;
      default:
        return frame.message satisfies never;
    }
  }
  if (kind === "standby") return false;
  switch (frame.kind) {
    case "tokens":
      // SD1: what the first hop guesses is said to the last one directly.
      return isFirst(session) ? from === asker : isLast(session) && from === hops[0]?.tab;
    case "hidden":
      return !isFirst(session) && from === before(session);
    case "token":
      return isFirst(session) && from === hops.at(-1)?.tab;
    default:
      return frame satisfies never;
  }
}

/** SD3: rows of an older branch than the present one, or from where on a newer one, which waits already, begins. */
function isDead({ newest }: Place, { branch, position }: HiddenFrame, present: number): boolean {
  return isLater(present, branch) || (isLater(newest.branch, branch) && position >= newest.position);
}

/**
 * Verdict on a turn or on rows whose sender was already accepted by {@link mayCome}. Judged when its time to run has come:
 * before, the route may change.
 */
export function judge(session: Place, frame: SessionFrames, shard: GateShard): Verdict {
  const { state, route } = session;
  if (state.kind === "over" || state.kind === "standby") return { kind: "drop", reason: "ended-session" };
  if (frame.epoch !== route.epoch) return { kind: "drop", reason: "stale-epoch" };
  if (frame.kind === "control") {
    if (frame.message.type === "share") {
      const isNow = state.kind === "open" && frame.turn === (state.turn.turn & 0xffff);
      return isNow ? { kind: "accept" } : { kind: "drop", reason: "stale-turn" };
    }
    if (frame.message.type !== "turn") return { kind: "drop", reason: "wrong-kind" };
    const isNew = state.kind !== "open" || frame.message.turn > state.turn.turn;
    return isNew ? { kind: "accept" } : { kind: "drop", reason: "stale-turn" };
  }
  if (state.kind === "admitted") return { kind: "drop", reason: "no-turn" };
  const { turn, length } = state;
  if (frame.turn !== (turn.turn & 0xffff)) return { kind: "drop", reason: "stale-turn" };
  if (frame.kind === "hidden" && (isAnswered(session) || isDead(session, frame, state.branch))) {
    return { kind: "drop", reason: "stale-guess" };
  }
  const count = frame.kind === "hidden" ? frame.count : frame.ids.length;
  const begins = frame.kind === "hidden" && frame.branch !== state.branch;
  // RP6: of tokens that come twice, by way of the asker and of the last hop, what is new is taken.
  const known =
    frame.kind === "hidden" ? !begins && frame.position < length : frame.position + count <= session.tokens.known;
  if (known) return { kind: "drop", reason: "replayed" };
  const runs = frame.kind === "token" && frame.end !== null ? count - 1 : count;
  if (frame.position + runs > route.contextTokens) {
    return {
      kind: "fail",
      reason: "context-full",
      detail: `${frame.position + runs} positions, ${route.contextTokens} reserved`,
    };
  }
  if (frame.kind !== "hidden") return { kind: "accept" };
  if (frame.position > length) {
    return { kind: "fail", reason: "bad-frame", detail: `position ${frame.position} after length ${length}` };
  }
  // What the asker is sure of was never guessed.
  const guessable = turn.sampleFrom ?? Number.POSITIVE_INFINITY;
  if ((begins && frame.position < guessable) || (frame.announced && frame.position < guessable - 1)) {
    return { kind: "fail", reason: "bad-frame", detail: `guesses at position ${frame.position}` };
  }
  return frame.width === shard.hiddenSize && frame.dtype === route.frameDtype
    ? { kind: "accept" }
    : {
        kind: "fail",
        reason: "bad-frame",
        detail: `rows of ${frame.width} ${frame.dtype}, this shard takes ${shard.hiddenSize} ${route.frameDtype}`,
      };
}
