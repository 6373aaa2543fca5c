/** All sessions on one shard of this tab: takes frames, runs them, sends what comes out to the next hop. */
import type { ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type { FailureReason, Route, SessionControl, SessionFrames, SessionId, TabId } from "@potluck/protocol";
import type { DropCounter } from "../counters.ts";
import type { Peers } from "../peers.ts";
import { judge, mayCome } from "./frame-gate.ts";
import { failureOf } from "./hop-failure.ts";
import { type HopSession, isLast } from "./hop-session.ts";
import { createStepMeter, type HopStats } from "./hop-stats.ts";
import { after, before, controlFrame, neighbours } from "./ring.ts";
import { openTurn, runFrame, type Steps } from "./session-steps.ts";

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

/** A neighbour may be this many frames ahead of the shard: a 32,768-token prompt in chunks. More is a flood. */
const maxPendingFrames = 512;
/** Longest that the coordinator's word may be behind a neighbour's frame. */
export const wordDeadlineMs = 10_000;
/** Ids of sessions that are over, kept so that late frames are told from forged ones. */
const rememberedEnds = 1024;

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
    session.rerouted?.();
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

  /** Tells a neighbour without waiting; a neighbour that can't be told finds out by its own lease. */
  const tell = (tab: TabId, frame: SessionFrames): void => {
    send(tab, frame).catch(() => undefined);
  };

  /** PL10. `except` is the tab that told us, or the one that is gone. */
  const passOnFailure = (session: HopSession, message: SessionControl, except: TabId | null): void => {
    const frame = controlFrame(session, message);
    finish(session);
    for (const tab of new Set([before(session), after(session)])) if (tab !== except) tell(tab, frame);
  };

  const fail = (session: HopSession, reason: FailureReason, detail: string, gone: TabId | null = null): void => {
    if (session.state.kind === "over") return;
    const at = gone === null ? -1 : session.route.hops.findIndex((hop) => hop.tab === gone);
    const hop = at === -1 ? session.hop : at;
    passOnFailure(session, { type: "failed", reason, hop, detail: detail.slice(0, 500) }, gone);
  };

  const steps: Steps = {
    runner,
    send,
    served(positions, times) {
      tokensServed += positions;
      if (positions === 1) meter.add((times.computeUs + times.readBackUs + times.encodeUs) / 1000);
    },
  };

  /**
   * PL15: the asker's frames and the coordinator's word come by different ways, so a turn may be here before the
   * reservation it was promised. False when the word does not come.
   */
  const reserved = async (session: HopSession, contextTokens: number): Promise<boolean> => {
    const deadline = clock.now() + wordDeadlineMs;
    while (session.state.kind !== "over" && session.route.contextTokens < contextTokens && clock.now() < deadline) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(deadline - clock.now(), resolve);
        session.rerouted = () => {
          cancel();
          resolve();
        };
      });
      session.rerouted = null;
    }
    return session.route.contextTokens >= contextTokens;
  };

  const step = async (session: HopSession, frame: SessionFrames): Promise<void> => {
    const verdict = judge(session, frame, runner);
    switch (verdict.kind) {
      case "drop":
        return drops.count(verdict.reason);
      case "fail":
        return fail(session, verdict.reason, verdict.detail);
      case "accept":
        if (frame.kind !== "control") return runFrame(session, frame, steps);
        if (frame.message.type !== "turn") return;
        if (await reserved(session, frame.message.contextTokens)) return openTurn(session, frame.message, steps);
        return fail(session, "context-full", `the coordinator never reserved ${frame.message.contextTokens} positions`);
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
        known.rerouted?.();
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
        rerouted: null,
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
      const onward = isLast(session) ? null : controlFrame(session, frame.message);
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
