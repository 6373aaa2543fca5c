/** What an accepted frame does: opens a turn, or runs rows and hands on what comes out. Knows one session at a time. */
import type { RunJob, RunResult, ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type { HiddenFrame, LapTimes, SessionFrames, TabId, TokenFrame, Turn } from "@potluck/protocol";
import { type HopSession, isFirst, isLast, type SampledToken } from "./hop-session.ts";
import { isLater } from "./is-later.ts";
import { endOf, sampleRequest } from "./next-token.ts";
import { after, controlFrame } from "./ring.ts";

export interface Steps {
  readonly runner: ShardRunner;
  /** Whether the first hop may guess at all. */
  readonly speculation: boolean;
  readonly clock: Clock;
  /**
   * Sends, or tells the asker that the tab can't be reached. Nobody waits for it: a link that is still being made must not
   * hold up what the hop has to do next, such as a route around that link. What goes to one tab keeps its order.
   */
  readonly tell: (session: HopSession, tab: TabId, frame: SessionFrames) => void;
  /** Called after each run. */
  readonly served: (session: HopSession, positions: number, times: RunResult["times"]) => void;
  /** Work on the session that is to be done after what is waiting already. */
  readonly later: (session: HopSession, work: () => Promise<void>) => void;
  /** Sessions of this shard. */
  readonly sessions: () => readonly HopSession[];
  /** A frame came to nothing after all. */
  readonly dropped: (reason: "stale-guess") => void;
}

/** Rows to run, and what is known of them. */
export interface RowsToRun {
  readonly input: RunJob["input"];
  readonly lap: LapTimes;
  /** Ids of all rows where some of them are guesses; null for rows that are certain. On the first and the last hop. */
  readonly ids: Int32Array | null;
  readonly announced: boolean;
}

export const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };

/** PL6: a new turn that came around the ring; hands it on. */
export async function openTurn(session: HopSession, turn: Turn, steps: Steps): Promise<void> {
  // What the next hop said it has, it said before this turn.
  session.onward.truncate(turn.base);
  await takeTurn(session, turn, turn.base, steps);
  if (session.state.kind === "open" && !isLast(session)) {
    steps.tell(session, after(session), controlFrame(session, turn));
  }
}

/**
 * Makes `turn` the session's turn, whatever it was before: cuts KV and log to the base of a new one, and to what is
 * `certain` of one that goes on. The asker tells a turn that goes on to every hop itself.
 */
export async function takeTurn(session: HopSession, turn: Turn, certain: number, { runner }: Steps): Promise<void> {
  const { state } = session;
  if (state.kind === "over" || state.kind === "standby") return;
  const goesOn = state.kind === "open" && turn.turn === state.turn.turn;
  if (!goesOn) await runner.openSession(session.id, session.route.contextTokens);
  const held = state.kind === "open" ? state.length : 0;
  const kept = goesOn && state.kind === "open" ? keptToken(state.sampled, turn) : null;
  const length = Math.min(held, certain, goesOn ? lengthToDrawFrom(session, turn, kept) : turn.base);
  if (length < held) await runner.truncate(session.id, length);
  if (isOver(session)) return;
  session.onward.restart(length);
  session.flight.restart(length);
  session.guesser.begins();
  session.tokens.reset(length);
  session.announced.only(turn.turn & 0xffff);
  session.newest = { branch: 0, position: 0 };
  session.plainTo = length;
  session.sendLimit = Number.POSITIVE_INFINITY;
  const sampled = kept !== null && length >= kept.position ? [kept] : [];
  session.state = { kind: "open", turn, length, sampled, branch: 0 };
}

/** RP5: the first token that the asker lacks, where this hop drew it. */
function keptToken(sampled: readonly SampledToken[], { sampleFrom }: Turn): SampledToken | null {
  return sampled.find(({ position }) => position === sampleFrom) ?? null;
}

/** RP5: a token that the asker lacks and that this hop does not know is drawn anew; for that its row has to come again. */
function lengthToDrawFrom(session: HopSession, { sampleFrom }: Turn, kept: SampledToken | null): number {
  if (sampleFrom === null || !isLast(session)) return Number.POSITIVE_INFINITY;
  return kept === null ? sampleFrom - 1 : sampleFrom;
}

/** RP5: sends again what was drawn for the first position that the asker does not know. */
export function resend(session: HopSession, { tell }: Steps): void {
  if (session.state.kind === "open" && isLast(session)) sendTokens(session, session.state.sampled, noTimes, tell);
}

/** SD3: the row at `length` is not what was guessed; what was computed from there on never was. */
export async function cutBranch(session: HopSession, length: number, branch: number, steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  const held = session.state.length;
  session.onward.truncate(length);
  session.flight.cut(length);
  session.state = { ...session.state, length: Math.min(held, length), branch };
  if (length < held) await steps.runner.truncate(session.id, length);
}

/** A function, because the state changes while a step waits, which the compiler does not see. */
const isOver = (session: HopSession): boolean => session.state.kind === "over";

/** How long the ids of guessed rows may take longer than the rows; then the asker's watch sees to it. */
const announcementMs = 5000;

/** Rows from the hop before. Throws what the engine throws. */
export async function runHidden(session: HopSession, frame: HiddenFrame, steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  if (frame.branch !== session.state.branch) await cutBranch(session, frame.position, frame.branch, steps);
  const wanted = stillWanted(session, frame);
  if (wanted === 0) return steps.dropped("stale-guess");
  const { dtype, width, lap, announced } = frame;
  const data = frame.data.subarray(0, (frame.data.byteLength / frame.count) * wanted);
  const input = { kind: "hidden", dtype, count: wanted, width, data } as const;
  if (!isLast(session) || !announced) return runRows(session, { input, lap, ids: null, announced }, steps);
  const ids = await announcedIds(session, frame, wanted, steps);
  if (ids === null || session.state.kind !== "open") return steps.dropped("stale-guess");
  // The last lap's own token may show that this one began with a wrong guess.
  const { sampled, branch } = session.state;
  const drawn = sampled.at(-1);
  if (drawn !== undefined && drawn.position === frame.position && drawn.id !== ids[0]) {
    session.state = { ...session.state, branch: (branch + 1) & 0xffff };
    return steps.dropped("stale-guess");
  }
  await runRows(session, { input, lap, ids, announced }, steps);
}

/** SD3: rows behind the place where a newer branch begins, whose frame waits already, would be thrown away. */
function stillWanted(session: HopSession, frame: HiddenFrame): number {
  const { branch, position } = session.newest;
  if (!isLater(branch, frame.branch)) return frame.count;
  return Math.max(0, Math.min(frame.count, position - frame.position));
}

async function announcedIds(
  session: HopSession,
  frame: HiddenFrame,
  count: number,
  { clock }: Steps,
): Promise<Int32Array | null> {
  const { turn, branch, position } = frame;
  const { epoch } = session.route;
  const untilMs = clock.now() + announcementMs;
  for (;;) {
    const ids = session.announced.find(turn, branch, position, count);
    if (ids !== null) return ids;
    const isUnwanted = stillWanted(session, frame) === 0;
    if (isUnwanted || isOver(session) || session.route.epoch !== epoch || clock.now() >= untilMs) return null;
    await session.announced.changed(clock, untilMs - clock.now());
  }
}

/** Rows that follow the session's length. The last hop splits certain ones where a token is wanted from each. */
export async function runRows(session: HopSession, rows: RowsToRun, steps: Steps): Promise<void> {
  const { input } = rows;
  const count = input.kind === "tokens" ? input.ids.length : input.count;
  let done = 0;
  while (done < count) {
    const { state } = session;
    if (state.kind !== "open") return;
    const { sampleFrom } = state.turn;
    const rest = count - done;
    // The row at position p - 1 gives the token of position p.
    const isSplit = isLast(session) && sampleFrom !== null && rows.ids === null;
    const run = isSplit ? Math.min(rest, Math.max(1, sampleFrom - state.length)) : rest;
    await runOnce(session, { ...rows, input: part(input, done, run) }, run, steps);
    done += run;
  }
}

async function runOnce(session: HopSession, rows: RowsToRun, count: number, steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  const { runner, served } = steps;
  const { turn, sampled, length: position, branch } = session.state;
  const { input, ids, announced } = rows;
  const next = position + count;
  const draws = isLast(session) && turn.sampleFrom !== null && next >= turn.sampleFrom;
  const from = ids === null ? count - 1 : 0;
  const draw = draws
    ? {
        from,
        sample: sampleRequest(turn, position + from + 1, sampled),
        drafts: ids === null ? new Int32Array(0) : ids.subarray(1, count),
      }
    : null;
  const result = await runner.run({ session: session.id, position, wire: session.route.frameDtype, input, draw });
  served(session, count, result.times);
  // Read anew: the session may have ended while the shard ran.
  const state: HopSession["state"] = session.state;
  if (state.kind !== "open") return;
  const lap = addTimes(rows.lap, result.times);
  session.state = { ...state, length: next };
  if (!announced) session.plainTo = next;
  if (isFirst(session) && input.kind === "tokens") session.flight.rowIds.push(...input.ids);
  switch (result.kind) {
    case "filled":
      break;
    case "hidden": {
      // The epoch may have changed meanwhile, and these rows be none that the asker is sure of.
      const sent = Math.max(0, Math.min(count, session.sendLimit - position));
      if (sent === 0) break;
      const data = result.data.subarray(0, (result.data.byteLength / count) * sent);
      // In the new epoch they are certain rows like those that are sent again.
      const isOfNewEpoch = session.sendLimit !== Number.POSITIVE_INFINITY;
      const marks = isOfNewEpoch ? { branch: 0, announced: false, lap } : { branch, announced, lap };
      session.onward.push({ ...result, count: sent, data }, marks);
      break;
    }
    case "tokens":
      return takeDrawn(session, [...result.ids], { position: position + from + 1, next, lap }, steps);
    default:
      return result satisfies never;
  }
  // So that a long prefill or replay is seen to go on.
  if (turn.sampleFrom !== null && next < turn.sampleFrom) tellProgress(session, steps.tell);
}

/** SD2, PL5: what the last hop drew from `position` on; it ran rows up to `next`. */
async function takeDrawn(
  session: HopSession,
  ids: readonly number[],
  { position, next, lap }: { readonly position: number; readonly next: number; readonly lap: LapTimes },
  steps: Steps,
): Promise<void> {
  const { state } = session;
  if (state.kind !== "open") return;
  const drawn: SampledToken[] = [];
  for (const [i, id] of ids.entries()) {
    const at = position + i;
    const end = endOf(state.turn, at, id, session.route.contextTokens);
    drawn.push({ position: at, id, end });
    if (end !== null) break;
  }
  const last = drawn.at(-1);
  if (last === undefined) return;
  session.state = { ...state, sampled: [...state.sampled, ...drawn] };
  session.announced.passed(state.turn.turn & 0xffff, last.position);
  // A new epoch that waits to be taken sends what it keeps of them.
  if (session.sendLimit === Number.POSITIVE_INFINITY) sendTokens(session, drawn, lap, steps.tell);
  // The first row that did not become part of the answer was guessed wrongly, or lies behind its end.
  if (last.position >= next) return;
  if (isFirst(session) && session.flight.rowIds[last.position] !== last.id) {
    session.guesser.judged(session.flight.sourceOf(last.position), false);
  }
  await cutBranch(session, last.position, (state.branch + 1) & 0xffff, steps);
}

/** PL4. One frame where asker and first hop are one tab; its switchboard shows it to both. */
function sendTokens(session: HopSession, drawn: readonly SampledToken[], lap: LapTimes, tell: Steps["tell"]): void {
  const position = drawn[0]?.position;
  if (session.state.kind !== "open" || position === undefined) return;
  const { asker, epoch, hops } = session.route;
  const turn = session.state.turn.turn & 0xffff;
  const ids = Int32Array.from(drawn, ({ id }) => id);
  const end = drawn.at(-1)?.end ?? null;
  const frame: TokenFrame = { kind: "token", session: session.id, epoch, turn, position, ids, end, lap };
  const first = hops[0]?.tab ?? asker;
  for (const tab of new Set([first, asker])) tell(session, tab, frame);
}

export function tellProgress(session: HopSession, tell: Steps["tell"]): void {
  const length = session.state.kind === "open" ? session.state.length : 0;
  const { hop } = session;
  tell(session, session.route.asker, controlFrame(session, { type: "progress", hop, length }));
}

function part(input: RunJob["input"], from: number, count: number): RunJob["input"] {
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
