/** What an accepted frame does: opens a turn, or runs rows and hands on what comes out. Knows one session at a time. */
import type { RunJob, RunResult, ShardRunner } from "@potluck/engine";
import {
  type HiddenFrame,
  type LapTimes,
  prefillChunkTokens,
  type SessionFrames,
  type TabId,
  type TokenFrame,
  type TokensFrame,
  type Turn,
} from "@potluck/protocol";
import { HopFault } from "./hop-failure.ts";
import { type HopSession, isLast, type SampledToken } from "./hop-session.ts";
import { endOf, sampleRequest } from "./next-token.ts";
import { after, controlFrame } from "./ring.ts";

export interface Steps {
  readonly runner: ShardRunner;
  /**
   * Sends, or tells the asker that the tab can't be reached. Nobody waits for it: a link that is still being made must not
   * hold up what the hop has to do next, such as a route around that link. What goes to one tab keeps its order.
   */
  readonly tell: (session: HopSession, tab: TabId, frame: SessionFrames) => void;
  /** Called after each run. */
  readonly served: (positions: number, times: RunResult["times"]) => void;
}

type WorkFrame = TokensFrame | HiddenFrame | TokenFrame;
type Input = RunJob["input"];

const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };

/** PL6: a new turn that came around the ring; hands it on. */
export async function openTurn(session: HopSession, turn: Turn, steps: Steps): Promise<void> {
  // What the next hop said it has, it said before this turn.
  session.onward.truncate(turn.base);
  await takeTurn(session, turn, steps);
  if (session.state.kind === "open" && !isLast(session)) {
    steps.tell(session, after(session), controlFrame(session, turn));
  }
}

/**
 * Makes `turn` the session's turn, whatever it was before: cuts KV and log to the base of a new one, keeps both of one that
 * goes on. The asker tells a turn that goes on to every hop itself.
 */
export async function takeTurn(session: HopSession, turn: Turn, { runner }: Steps): Promise<void> {
  const { state } = session;
  if (state.kind === "over" || state.kind === "standby") return;
  if (state.kind === "open" && turn.turn === state.turn.turn) {
    session.state = { ...state, turn };
    if (isLast(session)) await forgetUndrawn(session, turn, runner);
    return;
  }
  await runner.openSession(session.id, session.route.contextTokens);
  const length = state.kind === "open" ? state.length : 0;
  await cut(session, runner, length, turn.base);
  if (isOver(session)) return;
  session.tokens.clear();
  session.state = { kind: "open", turn, length: Math.min(length, turn.base), sampled: [] };
}

/**
 * RP5: a token that the asker lacks and that this hop did not draw itself, or no longer knows, is drawn anew; for that its
 * row has to come again.
 */
async function forgetUndrawn(session: HopSession, turn: Turn, runner: ShardRunner): Promise<void> {
  const { state } = session;
  if (state.kind !== "open" || turn.sampleFrom === null) return;
  for (let position = turn.sampleFrom; position <= state.length; position++) {
    if (state.sampled.some((drawn) => drawn.position === position)) continue;
    await cut(session, runner, state.length, position - 1);
    if (isOver(session)) return;
    const sampled = state.sampled.filter((drawn) => drawn.position < position);
    session.state = { ...state, turn, length: position - 1, sampled };
    return;
  }
}

async function cut(session: HopSession, runner: ShardRunner, length: number, to: number): Promise<void> {
  if (to < length) await runner.truncate(session.id, to);
  session.onward.forget(to);
}

/** A function, because the state changes while a step waits, which the compiler does not see. */
const isOver = (session: HopSession): boolean => session.state.kind === "over";

/** Runs what the frame adds, and hands on what comes out. Throws {@link HopFault} or what the engine throws. */
export async function runFrame(session: HopSession, frame: WorkFrame, steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  if (frame.kind === "hidden") {
    const { dtype, count, width, data } = frame;
    return runRows(session, { kind: "hidden", dtype, count, width, data }, frame.lap, steps);
  }
  if (frame.kind === "token" && frame.end !== null) return;
  const ids = frame.kind === "token" ? [frame.id] : [...frame.ids];
  const ready = session.tokens.take(frame.position, ids, session.state.length);
  if (ready === null) {
    throw new HopFault("bad-frame", `token for position ${frame.position} after length ${session.state.length}`);
  }
  for (let at = 0; at < ready.length; at += prefillChunkTokens) {
    const chunk = Int32Array.from(ready.slice(at, at + prefillChunkTokens));
    await runRows(session, { kind: "tokens", ids: chunk }, noTimes, steps);
  }
}

/** Rows that follow the session's length. The last hop splits them where a token is wanted from a row. */
async function runRows(session: HopSession, input: Input, lap: LapTimes, steps: Steps): Promise<void> {
  const count = input.kind === "tokens" ? input.ids.length : input.count;
  let done = 0;
  while (done < count) {
    const { state } = session;
    if (state.kind !== "open") return;
    const { sampleFrom } = state.turn;
    const at = state.length;
    const rest = count - done;
    // The row at position p - 1 gives the token of position p.
    const run = isLast(session) && sampleFrom !== null ? Math.min(rest, Math.max(1, sampleFrom - at)) : rest;
    await runOnce(session, part(input, done, run), run, lap, steps);
    done += run;
  }
}

async function runOnce(
  session: HopSession,
  input: Input,
  count: number,
  lap: LapTimes,
  { runner, served, tell }: Steps,
): Promise<void> {
  if (session.state.kind !== "open") return;
  const { turn, sampled, length: position } = session.state;
  const next = position + count;
  const wants = isLast(session) && turn.sampleFrom !== null && next >= turn.sampleFrom;
  const sample = wants ? sampleRequest(turn, next, sampled) : null;
  const result = await runner.run({ session: session.id, position, wire: session.route.frameDtype, input, sample });
  served(count, result.times);
  // Read anew: the session may have ended while the shard ran.
  const state: HopSession["state"] = session.state;
  if (state.kind !== "open") return;
  const times = addTimes(lap, result.times);
  session.state = { ...state, length: next };
  switch (result.kind) {
    case "filled":
      break;
    case "hidden":
      session.onward.push(result, times);
      break;
    case "token": {
      const drawn = { position: next, id: result.id, end: endOf(turn, next, result.id, session.route.contextTokens) };
      session.state = { ...state, length: next, sampled: [...state.sampled, drawn] };
      return sendToken(session, drawn, times, tell);
    }
    default:
      return result satisfies never;
  }
  // So that a long prefill or replay is seen to go on.
  if (turn.sampleFrom !== null && next < turn.sampleFrom) tellProgress(session, tell);
}

/** PL4. One frame where asker and first hop are one tab; its switchboard shows it to both. */
function sendToken(session: HopSession, drawn: SampledToken, lap: LapTimes, tell: Steps["tell"]): void {
  if (session.state.kind !== "open") return;
  const { asker, epoch, hops } = session.route;
  const turn = session.state.turn.turn & 0xffff;
  const frame: TokenFrame = { kind: "token", session: session.id, epoch, turn, ...drawn, lap };
  const first = hops[0]?.tab ?? asker;
  for (const tab of new Set([first, asker])) tell(session, tab, frame);
}

/** RP5: sends again what was drawn from the first position on that the asker does not know. */
export function resend(session: HopSession, { tell }: Steps): void {
  if (session.state.kind !== "open" || !isLast(session)) return;
  const { sampled, turn } = session.state;
  for (const drawn of sampled) {
    if (turn.sampleFrom !== null && drawn.position >= turn.sampleFrom) sendToken(session, drawn, noTimes, tell);
  }
}

export function tellProgress(session: HopSession, tell: Steps["tell"]): void {
  const length = session.state.kind === "open" ? session.state.length : 0;
  const { hop } = session;
  tell(session, session.route.asker, controlFrame(session, { type: "progress", hop, length }));
}

function part(input: Input, from: number, count: number): Input {
  if (input.kind === "tokens") return { kind: "tokens", ids: input.ids.subarray(from, from + count) };
  if (from === 0 && count === input.count) return input;
  const rowBytes = input.data.byteLength / input.count;
  // A copy, because the engine wants rows that begin at a multiple of 4 bytes.
  return { ...input, count, data: input.data.slice(from * rowBytes, (from + count) * rowBytes) };
}

function addTimes(lap: LapTimes, run: RunResult["times"]): LapTimes {
  return {
    computeUs: lap.computeUs + run.computeUs,
    readBackUs: lap.readBackUs + run.readBackUs,
    encodeUs: lap.encodeUs + run.encodeUs,
    waitUs: lap.waitUs + run.waitUs,
  };
}
