/** The first hop's part: turns true tokens into laps, guesses what may follow, and finds out which guesses were wrong. */
import { prefillChunkTokens, type TokenFrame, type TokensFrame } from "@potluck/protocol";
import { HopFault } from "./hop-failure.ts";
import { type HopSession, isLast } from "./hop-session.ts";
import { sampleRequest } from "./next-token.ts";
import { shareBeginning } from "./shared-beginning.ts";
import { cutBranch, noTimes, runRows, type Steps } from "./session-steps.ts";

/** More certain rows than this are a prompt or a replay, which no guess makes faster. */
const mostRowsOfLap = 8;

/** Tokens from the asker or from the last hop. Throws {@link HopFault} or what the engine throws. */
export async function runTokens(session: HopSession, frame: TokensFrame | TokenFrame, steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  // RP6: the asker's tokens may come later than the one that ends the answer, which nobody runs.
  if (frame.kind === "token" && frame.end !== null) session.flight.end = frame.position + frame.ids.length - 1;
  const from = session.tokens.known;
  const ready = session.tokens.take(frame.position, frame.ids);
  if (ready === null) {
    throw new HopFault("bad-frame", `token for position ${frame.position} after length ${session.state.length}`);
  }
  const lap = frame.kind === "token" ? session.flight.answered(frame.position, session.tokens.known) : null;
  if (lap !== null && frame.kind === "token") {
    session.guesser.came(frame.ids.length, lap.source !== null);
    const { computeUs, readBackUs, encodeUs, waitUs } = frame.lap;
    session.guesser.measured({
      rows: lap.to - lap.from,
      aloneMs: lap.alone && session.flight.laps === 0 ? steps.clock.now() - lap.sentMs : null,
      computeMs: (computeUs + readBackUs + encodeUs) / 1000,
      waitMs: waitUs / 1000,
    });
  }
  const { end } = session.flight;
  const judged = await judgeGuesses(session, from, ready.slice(0, Math.max(0, end - from)), lap?.source ?? null, steps);
  const toRun = await shareBeginning(session, judged, steps);
  if (toRun.length > 0) await startLap(session, toRun, steps);
  else goOnGuessing(session, steps);
}

/** SD3: compares what is true now with what was guessed; returns the ids that have no row yet. */
async function judgeGuesses(
  session: HopSession,
  from: number,
  ready: readonly number[],
  source: ReturnType<HopSession["flight"]["sourceOf"]>,
  steps: Steps,
): Promise<number[]> {
  const toRun: number[] = [];
  for (const [i, id] of ready.entries()) {
    const at = from + i;
    if (session.state.kind !== "open") return [];
    if (at >= session.state.length) {
      toRun.push(id);
      continue;
    }
    const right = session.flight.rowIds[at] === id;
    session.guesser.judged(session.flight.sourceOf(at) ?? source, right);
    if (right) continue;
    await cutBranch(session, at, (session.state.branch + 1) & 0xffff, steps);
    toRun.push(id);
  }
  return toRun;
}

/** Runs certain rows, with guesses behind them where these pay. Without certain rows it only goes on guessing. */
async function startLap(session: HopSession, certain: readonly number[], steps: Steps): Promise<void> {
  if (session.state.kind !== "open") return;
  const { turn, length, branch } = session.state;
  const { sampleFrom } = turn;
  // A lap begins at a row that gives a token.
  const isAnswering = sampleFrom !== null && length >= sampleFrom - 1;
  const { epoch } = session.route;
  const guess =
    isAnswering && certain.length <= mostRowsOfLap && !session.askerGone && !hasEnd(session) && steps.speculation
      ? await makeGuess(session, certain)
      : null;
  // While it was made another epoch may have come, or the end.
  if (session.state.kind !== "open" || session.route.epoch !== epoch) return;
  if (guess === null) return runCertain(session, certain, isAnswering, steps);
  session.flight.allowed = guess.laps;
  // What was learnt meanwhile may speak against another lap.
  if (certain.length === 0 && guess.laps <= session.flight.laps) return;
  const ids = Int32Array.from([...certain, ...guess.ids]);
  session.guesser.tried(guess.ids.length);
  session.flight.begin({
    from: length,
    to: length + ids.length,
    guessedFrom: length + certain.length,
    source: guess.source,
    sentMs: steps.clock.now(),
  });
  if (!isLast(session)) announce(session, length, branch, ids, steps);
  await runRows(session, { input: { kind: "tokens", ids }, lap: noTimes, ids, announced: true }, steps);
  goOnGuessing(session, steps);
}

/** SD8: the next lap begins before this one has come back, after whatever came in meanwhile. */
function goOnGuessing(session: HopSession, steps: Steps): void {
  const { flight } = session;
  // Where one tab is the whole ring nothing is on its way meanwhile.
  if (isLast(session) || flight.laps === 0 || flight.laps >= flight.allowed || hasEnd(session)) return;
  steps.later(session, async () => {
    if (flight.laps > 0 && flight.laps < flight.allowed && !hasEnd(session)) await startLap(session, [], steps);
  });
}

async function runCertain(
  session: HopSession,
  ids: readonly number[],
  isAnswering: boolean,
  steps: Steps,
): Promise<void> {
  if (session.state.kind !== "open" || ids.length === 0) return;
  const { length } = session.state;
  if (isAnswering && ids.length === 1) {
    const to = length + 1;
    session.flight.begin({ from: length, to, guessedFrom: to, source: null, sentMs: steps.clock.now() });
  }
  for (let at = 0; at < ids.length; at += prefillChunkTokens) {
    const chunk = Int32Array.from(ids.slice(at, at + prefillChunkTokens));
    await runRows(session, { input: { kind: "tokens", ids: chunk }, lap: noTimes, ids: null, announced: false }, steps);
  }
  // The small model reads the prompt while the other hops do.
  if (steps.speculation && ids.length > mostRowsOfLap) {
    session.guesser.reads(session.flight.rowIds.slice(), session.route.contextTokens);
  }
}

const hasEnd = ({ flight }: HopSession): boolean => flight.end !== Number.POSITIVE_INFINITY;

async function makeGuess(
  session: HopSession,
  certain: readonly number[],
): Promise<Awaited<ReturnType<HopSession["guesser"]["guess"]>>> {
  if (session.state.kind !== "open") return null;
  const { turn } = session.state;
  const { contextTokens, hops } = session.route;
  const ids = [...session.flight.rowIds, ...certain];
  // SD5: the token after the last row that may be run ends the answer, and is not run.
  const room = Math.min(contextTokens, turn.promptTokens + turn.maxNewTokens - 1) - ids.length;
  return session.guesser.guess({
    ids,
    room,
    hops: hops.length,
    contextTokens,
    sample: (position) => ({
      ...sampleRequest(turn, position, []),
      penalised: turn.sampling.repetitionPenalty === 1 ? [] : [...turn.penalised, ...ids.slice(turn.promptTokens)],
    }),
  });
}

function announce(session: HopSession, position: number, branch: number, ids: Int32Array, { tell }: Steps): void {
  if (session.state.kind !== "open") return;
  const last = session.route.hops.at(-1)?.tab;
  if (last === undefined) return;
  const { epoch } = session.route;
  const turn = session.state.turn.turn & 0xffff;
  tell(session, last, { kind: "tokens", session: session.id, epoch, turn, position, branch, ids });
}
