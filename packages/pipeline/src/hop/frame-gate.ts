/** Decides whether a hop may believe a frame. Pure; the hop host acts on the verdict. */
import type { FailureReason, SessionFrames, TabId } from "@potluck/protocol";
import type { DropReason } from "../counters.ts";
import { type HopSession, isFirst } from "./hop-session.ts";
import { after, before } from "./ring.ts";

export type Verdict =
  | { readonly kind: "accept" }
  /** Nothing changes; the reason is counted. */
  | { readonly kind: "drop"; readonly reason: DropReason }
  /** From the right neighbour, in turn, yet impossible: the session can't go on. */
  | { readonly kind: "fail"; readonly reason: FailureReason; readonly detail: string };

/** What the gate needs to know of the shard. */
export interface GateShard {
  readonly hiddenSize: number;
}

/**
 * PL1: the neighbour that may send this kind of frame to this hop, or null when nobody may. `failed` has two: it travels
 * both ways.
 */
export function mayCome(session: HopSession, frame: SessionFrames, from: TabId): boolean {
  const { hops, asker } = session.route;
  switch (frame.kind) {
    case "tokens":
      return isFirst(session) && from === asker;
    case "hidden":
      return !isFirst(session) && from === before(session);
    case "token":
      return isFirst(session) && from === hops.at(-1)?.tab;
    case "control":
      return frame.message.type === "failed"
        ? from === before(session) || from === after(session)
        : from === before(session);
    default:
      return frame satisfies never;
  }
}

/** Verdict on a frame whose sender was already accepted by {@link mayCome}. Judged when its turn to run has come. */
export function judge(session: HopSession, frame: SessionFrames, shard: GateShard): Verdict {
  if (session.state.kind === "over") return { kind: "drop", reason: "ended-session" };
  if (frame.epoch !== session.route.epoch) return { kind: "drop", reason: "stale-epoch" };
  if (frame.kind === "control") return judgeControl(session, frame);
  if (session.state.kind === "admitted") return { kind: "drop", reason: "no-turn" };
  const { turn, length } = session.state;
  if (frame.turn !== (turn.turn & 0xffff)) return { kind: "drop", reason: "stale-turn" };
  if (frame.position < length) return { kind: "drop", reason: "replayed" };
  if (frame.kind === "token" && frame.end !== null) return { kind: "accept" };
  const count = frame.kind === "tokens" ? frame.ids.length : frame.kind === "hidden" ? frame.count : 1;
  if (frame.position > length) {
    return { kind: "fail", reason: "bad-frame", detail: `position ${frame.position} after length ${length}` };
  }
  if (frame.position + count > session.route.contextTokens) {
    return {
      kind: "fail",
      reason: "context-full",
      detail: `${frame.position + count} positions, ${session.route.contextTokens} reserved`,
    };
  }
  if (frame.kind !== "hidden") return { kind: "accept" };
  return frame.width === shard.hiddenSize && frame.dtype === session.route.frameDtype
    ? { kind: "accept" }
    : {
        kind: "fail",
        reason: "bad-frame",
        detail: `rows of ${frame.width} ${frame.dtype}, this shard takes ${shard.hiddenSize} ${session.route.frameDtype}`,
      };
}

function judgeControl(session: HopSession, frame: SessionFrames & { kind: "control" }): Verdict {
  const { message } = frame;
  if (message.type !== "turn") return { kind: "accept" };
  const { state } = session;
  if (state.kind === "open" && message.turn <= state.turn.turn) return { kind: "drop", reason: "stale-turn" };
  const length = state.kind === "open" ? state.length : 0;
  if (message.base <= length) return { kind: "accept" };
  // PL6.
  const detail = `the turn keeps ${message.base} positions, this hop has ${length}`;
  return { kind: "fail", reason: "kv-missing", detail };
}
