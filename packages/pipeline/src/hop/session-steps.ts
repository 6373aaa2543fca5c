/** What an accepted frame does: opens a turn, or runs rows and sends what comes out. Knows one session at a time. */
import type { RunJob, RunResult, ShardRunner } from "@potluck/engine";
import type { HiddenFrame, LapTimes, SessionFrames, TabId, TokenFrame, TokensFrame, Turn } from "@potluck/protocol";
import { type HopSession, isLast } from "./hop-session.ts";
import { endOf, sampleRequest } from "./next-token.ts";
import { after, controlFrame } from "./ring.ts";

export interface Steps {
  readonly runner: ShardRunner;
  readonly send: (tab: TabId, frame: SessionFrames) => Promise<void>;
  /** Called after each run. */
  readonly served: (positions: number, times: RunResult["times"]) => void;
}

type WorkFrame = TokensFrame | HiddenFrame | TokenFrame;

const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };

/** PL6. The caller has seen that the session holds at least `turn.base` positions. */
export async function openTurn(session: HopSession, turn: Turn, { runner, send }: Steps): Promise<void> {
  const length = session.state.kind === "open" ? session.state.length : 0;
  await runner.openSession(session.id, session.route.contextTokens);
  if (turn.base < length) await runner.truncate(session.id, turn.base);
  if (session.state.kind === "over") return;
  session.state = { kind: "open", turn, length: turn.base, sampled: [] };
  if (!isLast(session)) await send(after(session), controlFrame(session, turn));
}

export async function runFrame(session: HopSession, frame: WorkFrame, steps: Steps): Promise<void> {
  const { runner, send } = steps;
  if (session.state.kind !== "open") return;
  if (frame.kind === "token" && frame.end !== null) return;
  const { turn, sampled } = session.state;
  const job = jobOf(session, frame);
  const count = job.input.kind === "tokens" ? job.input.ids.length : job.input.count;
  const next = frame.position + count;
  const wants = frame.kind === "token" || frame.sample;
  const sample = isLast(session) && wants ? sampleRequest(turn, next, sampled) : null;
  const result = await runner.run({ ...job, sample });
  steps.served(count, result.times);
  // Read anew: the session may have ended while the shard ran.
  const state: HopSession["state"] = session.state;
  if (state.kind !== "open") return;
  const lap = addTimes(frame.kind === "hidden" ? frame.lap : noTimes, result.times);
  const head = { session: session.id, epoch: session.route.epoch, turn: turn.turn & 0xffff };
  switch (result.kind) {
    case "filled":
      session.state = { ...state, length: next };
      return;
    case "hidden": {
      session.state = { ...state, length: next };
      const { dtype, width, data } = result;
      const out: HiddenFrame = {
        kind: "hidden",
        ...head,
        position: frame.position,
        count,
        width,
        dtype,
        data,
        lap,
        sample: wants,
      };
      return send(after(session), out);
    }
    case "token": {
      session.state = { ...state, length: next, sampled: [...sampled, result.id] };
      const end = endOf(turn, next, result.id, session.route.contextTokens);
      const out: TokenFrame = { kind: "token", ...head, position: next, id: result.id, end, lap };
      const first = session.route.hops[0]?.tab ?? session.route.asker;
      // PL4. One frame where asker and first hop are one tab; its switchboard shows it to both.
      await Promise.all([...new Set([first, session.route.asker])].map((tab) => send(tab, out)));
      return;
    }
    default:
      return result satisfies never;
  }
}

function jobOf(session: HopSession, frame: WorkFrame): Omit<RunJob, "sample"> {
  const common = { session: session.id, position: frame.position, wire: session.route.frameDtype };
  switch (frame.kind) {
    case "tokens":
      return { ...common, input: { kind: "tokens", ids: frame.ids } };
    case "token":
      return { ...common, input: { kind: "tokens", ids: Int32Array.of(frame.id) } };
    case "hidden": {
      const { dtype, count, width, data } = frame;
      return { ...common, input: { kind: "hidden", dtype, count, width, data } };
    }
    default:
      return frame satisfies never;
  }
}

function addTimes(lap: LapTimes, run: RunResult["times"]): LapTimes {
  return {
    computeUs: lap.computeUs + run.computeUs,
    readBackUs: lap.readBackUs + run.readBackUs,
    encodeUs: lap.encodeUs + run.encodeUs,
    waitUs: lap.waitUs + run.waitUs,
  };
}
