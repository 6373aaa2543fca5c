/** All sessions on one shard of this tab: takes frames, runs them, sends what comes out to the next hop. */
import type { RunJob, RunResult, ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type {
  FailureReason,
  HiddenFrame,
  LapTimes,
  Route,
  SessionControl,
  SessionFrames,
  SessionId,
  TabId,
  TokenFrame,
  TokensFrame,
} from "@potluck/protocol";
import type { DropCounter } from "../counters.ts";
import type { Peers } from "../peers.ts";
import { judge, mayCome } from "./frame-gate.ts";
import { failureOf } from "./hop-failure.ts";
import { type HopSession, isLast } from "./hop-session.ts";
import { createStepMeter, type HopStats } from "./hop-stats.ts";
import { endOf, sampleRequest } from "./next-token.ts";

export interface HopHostOptions {
  readonly runner: ShardRunner;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly drops: DropCounter;
}

export interface HopHost {
  /** The coordinator's word that the session may use this shard; a second one may raise its `contextTokens`. */
  admit(route: Route, hop: number): void;
  /** The coordinator's word that the session is over. */
  dismiss(session: SessionId): void;
  holds(session: SessionId): boolean;
  receive(from: TabId, frame: SessionFrames): void;
  /** A link was lost: sessions that need it fail. */
  peerGone(tab: TabId): void;
  readonly stats: HopStats;
  /** Ends all sessions and tells their askers that this hop left. The runner stays open; it is its owner's to close. */
  close(): void;
}

type WorkFrame = TokensFrame | HiddenFrame | TokenFrame;

/** A neighbour may be this many frames ahead of the shard: a 32,768-token prompt in chunks. More is a flood. */
const maxPendingFrames = 512;
/** Ids of sessions that are over, kept so that late frames are told from forged ones. */
const rememberedEnds = 1024;
const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };

export function createHopHost({ runner, peers, clock, drops }: HopHostOptions): HopHost {
  const sessions = new Map<SessionId, HopSession & { pending: number }>();
  const ended = new Set<SessionId>();
  const meter = createStepMeter();
  let tokensServed = 0;

  const renewLease = (session: HopSession): void => {
    session.cancelLease();
    session.cancelLease = clock.after(session.route.leaseMs, () => fail(session, "lease-expired", "nothing was heard"));
  };

  /** PL8: from here on the session's frames are dropped and its KV is free as soon as a running step is over. */
  const finish = (session: HopSession): void => {
    if (session.state.kind === "over") return;
    session.state = { kind: "over" };
    session.cancelLease();
    sessions.delete(session.id);
    ended.add(session.id);
    for (const oldest of ended) {
      if (ended.size <= rememberedEnds) break;
      ended.delete(oldest);
    }
    // A shard that can't free is a shard that is gone; its `gone` tells.
    runner.closeSession(session.id).catch(() => undefined);
  };

  const send = async (tab: TabId, frame: SessionFrames): Promise<void> => {
    const link = await peers.link(tab);
    await link.send(frame);
  };

  const control = (session: HopSession, message: SessionControl): SessionFrames => ({
    kind: "control",
    session: session.id,
    epoch: session.route.epoch,
    turn: session.state.kind === "open" ? session.state.turn.turn & 0xffff : 0,
    message,
  });

  const before = (session: HopSession): TabId => session.route.hops[session.hop - 1]?.tab ?? session.route.asker;
  const after = (session: HopSession): TabId => session.route.hops[session.hop + 1]?.tab ?? session.route.asker;

  /** Tells a neighbour without waiting; a neighbour that can't be told finds out by its own lease. */
  const tell = (tab: TabId, frame: SessionFrames): void => {
    send(tab, frame).catch(() => undefined);
  };

  /** PL10. `except` is the tab that told us, or the one that is gone. */
  const passOnFailure = (session: HopSession, message: SessionControl, except: TabId | null): void => {
    const frame = control(session, message);
    finish(session);
    for (const tab of new Set([before(session), after(session)])) if (tab !== except) tell(tab, frame);
  };

  const fail = (session: HopSession, reason: FailureReason, detail: string, gone: TabId | null = null): void => {
    if (session.state.kind === "over") return;
    const at = gone === null ? -1 : session.route.hops.findIndex((hop) => hop.tab === gone);
    const hop = at === -1 ? session.hop : at;
    passOnFailure(session, { type: "failed", reason, hop, detail: detail.slice(0, 500) }, gone);
  };

  const openTurn = async (session: HopSession, frame: SessionFrames & { kind: "control" }): Promise<void> => {
    if (frame.message.type !== "turn") return;
    const turn = frame.message;
    const length = session.state.kind === "open" ? session.state.length : 0;
    if (turn.base > length)
      return fail(session, "kv-missing", `turn keeps ${turn.base} positions, this hop has ${length}`);
    await runner.openSession(session.id, session.route.contextTokens);
    if (turn.base < length) await runner.truncate(session.id, turn.base);
    if (session.state.kind === "over") return;
    session.state = { kind: "open", turn, length: turn.base, sampled: [] };
    if (!isLast(session)) await send(after(session), control(session, turn));
  };

  const runFrame = async (session: HopSession, frame: WorkFrame): Promise<void> => {
    if (session.state.kind !== "open") return;
    if (frame.kind === "token" && frame.end !== null) return;
    const { turn, sampled } = session.state;
    const job = jobOf(session, frame);
    const count = job.input.kind === "tokens" ? job.input.ids.length : job.input.count;
    const next = frame.position + count;
    const wants = frame.kind === "token" || frame.sample;
    const sample = isLast(session) && wants ? sampleRequest(turn, next, sampled) : null;
    const result = await runner.run({ ...job, sample });
    tokensServed += count;
    if (count === 1) meter.add((result.times.computeUs + result.times.readBackUs + result.times.encodeUs) / 1000);
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
  };

  const step = async (session: HopSession, frame: SessionFrames): Promise<void> => {
    const verdict = judge(session, frame, runner);
    switch (verdict.kind) {
      case "drop":
        return drops.count(verdict.reason);
      case "fail":
        return fail(session, verdict.reason, verdict.detail);
      case "accept":
        return frame.kind === "control" ? openTurn(session, frame) : runFrame(session, frame);
      default:
        return verdict satisfies never;
    }
  };

  const enqueue = (session: HopSession & { pending: number }, frame: SessionFrames): void => {
    if (session.pending >= maxPendingFrames)
      return fail(session, "bad-frame", `${maxPendingFrames} frames wait already`);
    session.pending += 1;
    session.tail = session.tail
      .then(() => step(session, frame))
      .catch((error: unknown) => {
        const { reason, detail } = failureOf(error);
        fail(session, reason, detail);
      })
      .finally(() => {
        session.pending -= 1;
      });
  };

  const host: HopHost = {
    admit(route, hop) {
      const known = sessions.get(route.session);
      if (known !== undefined) {
        known.route = route;
        renewLease(known);
        return;
      }
      const session = {
        id: route.session,
        route,
        hop,
        state: { kind: "admitted" },
        tail: Promise.resolve(),
        cancelLease: () => undefined,
        pending: 0,
      } satisfies HopSession & { pending: number };
      sessions.set(session.id, session);
      renewLease(session);
      // Linking up before the first frame saves its round trips; a failure shows again, and is told, when a frame must go.
      for (const tab of neighbours(session)) peers.link(tab).catch(() => undefined);
    },
    dismiss(id) {
      const session = sessions.get(id);
      if (session !== undefined) finish(session);
    },
    holds: (id) => sessions.has(id) || ended.has(id),
    receive(from, frame) {
      const session = sessions.get(frame.session);
      if (session === undefined) return drops.count(ended.has(frame.session) ? "ended-session" : "unknown-session");
      if (!mayCome(session, frame, from)) return drops.count("wrong-sender");
      if (frame.epoch !== session.route.epoch) return drops.count("stale-epoch");
      renewLease(session);
      if (frame.kind !== "control" || frame.message.type === "turn") return enqueue(session, frame);
      // `end` and `failed` do not wait behind work that nobody needs any more.
      if (frame.message.type === "failed") return passOnFailure(session, frame.message, from);
      const onward = isLast(session) ? null : control(session, frame.message);
      finish(session);
      if (onward !== null) tell(after(session), onward);
    },
    peerGone(tab) {
      for (const session of sessions.values()) {
        if (neighbours(session).has(tab)) fail(session, "link-lost", "a neighbour's link closed", tab);
      }
    },
    get stats() {
      return { tokensServed, sessions: sessions.size, stepMs: meter.median() };
    },
    close() {
      for (const session of sessions.values()) fail(session, "hop-left", "the donor stopped");
    },
  };
  void runner.gone.then((error) => {
    const { reason, detail } = failureOf(error);
    for (const session of sessions.values()) fail(session, reason, detail);
  });
  return host;
}

/** Every tab this hop exchanges frames with for a session, itself included when it is its own neighbour. */
function neighbours({ route, hop }: Pick<HopSession, "route" | "hop">): Set<TabId> {
  const tabs = [route.hops[hop - 1]?.tab ?? route.asker, route.hops[hop + 1]?.tab ?? route.asker];
  if (hop === 0) tabs.push(route.hops.at(-1)?.tab ?? route.asker);
  if (hop === route.hops.length - 1) tabs.push(route.hops[0]?.tab ?? route.asker);
  return new Set(tabs);
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
