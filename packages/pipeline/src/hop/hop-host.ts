/** All sessions on one shard of this tab: takes frames, runs them, sends what comes out to the next hop. */
import type { ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import {
  type FailureReason,
  maxEarlyFrames,
  type Reroute,
  type Route,
  type SessionControl,
  type SessionFrames,
  type SessionId,
  type TabId,
} from "@potluck/protocol";
import type { DropCounter } from "../counters.ts";
import type { Peers } from "../peers.ts";
import { judge, mayCome } from "./frame-gate.ts";
import { failureOf } from "./hop-failure.ts";
import { type HopSession, isAnswered, isFirst } from "./hop-session.ts";
import { isLater } from "./is-later.ts";
import { createStepMeter, type HopStats } from "./hop-stats.ts";
import { Onward } from "./onward.ts";
import { controlFrame, neighbours } from "./ring.ts";
import { SessionBook } from "./session-book.ts";
import { runTokens } from "./first-hop.ts";
import { openTurn, runHidden, type Steps } from "./session-steps.ts";
import { Announced } from "./speculation/announced.ts";
import { createDraftModel, type DraftModel } from "./speculation/draft-model.ts";
import { takeShare } from "./shared-beginning.ts";
import { Flight } from "./speculation/flight.ts";
import { Guesser } from "./speculation/guesser.ts";
import { takeRoute, type TakeRouteContext } from "./take-route.ts";
import { TokenQueue } from "./token-queue.ts";

export interface HopHostOptions {
  readonly runner: ShardRunner;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly drops: DropCounter;
  /** A small model of the same vocabulary, whole, once it is there: it guesses for chats whose first hop this is (SD6). */
  readonly draftRunner?: () => ShardRunner | null;
  /** False to never guess; for comparisons. */
  readonly speculation?: boolean;
}

export interface HopHost {
  /**
   * The coordinator's word that this tab is that hop of the session's route, or stands by for it. A later one may raise
   * `contextTokens`; it never takes a route back to an older epoch.
   */
  admit(route: Route, hop: number): void;
  /** The coordinator's word that the session is over, here at least. */
  dismiss(session: SessionId): void;
  holds(session: SessionId): boolean;
  receive(from: TabId, frame: SessionFrames): void;
  /** A link was lost: the askers of those sessions that need it hear of it (RP7, RP13). */
  peerGone(tab: TabId): void;
  /** RP15: asks to be replaced everywhere. Resolves when it was, or after 5 s. Close it then. */
  leave(): Promise<void>;
  /** RP15: asks to be replaced, because this tab is slow, and works on. */
  slow(): void;
  readonly stats: HopStats;
  /** Ends all sessions and tells their askers that this hop left. The runner stays open; it is its owner's to close. */
  close(): void;
}

/** A neighbour may be this many frames ahead of the shard: a 32,768-token prompt in chunks. More is a flood. */
const maxPendingFrames = 512;
/** Of one tab: before a hop has taken an epoch nobody sends it rows. */
const maxEarlyOfOne = 16;
/** Longest that the coordinator's word may be behind a neighbour's frame. */
export const wordDeadlineMs = 10_000;
/** RP15. */
const leaveDeadlineMs = 5000;
/** A hop in the middle does not hear that an answer has ended; after this much silence it takes it for ended. */
const answeringMs = 10_000;

export function createHopHost(options: HopHostOptions): HopHost {
  const { runner, peers, clock, drops } = options;
  const book = new SessionBook({
    runner,
    clock,
    onExpired: (session) => fail(session, "lease-expired", "nothing was heard"),
  });
  const meter = createStepMeter();
  const tally = { drafted: 0, accepted: 0 };
  const forOthers = { tokens: 0, answers: 0 };
  let tokensServed = 0;

  const send = async (tab: TabId, frame: SessionFrames): Promise<void> => {
    const link = await peers.link(tab);
    await link.send(frame);
  };

  const tellAsker = (session: HopSession, message: SessionControl): void => {
    // An asker that can't be told has lost its link to us, and repairs for that.
    send(session.route.asker, controlFrame(session, message)).catch(() => undefined);
  };

  /** RP7. An asker that is gone is no news to anybody. */
  const suspect = (session: HopSession, tab: TabId): void => {
    if (session.state.kind === "over" || session.state.kind === "standby" || tab === session.route.asker) return;
    tellAsker(session, { type: "suspect", tab });
  };

  /** PL10. */
  const fail = (session: HopSession, reason: FailureReason, detail: string): void => {
    if (session.state.kind === "over") return;
    const wasHop = session.state.kind !== "standby";
    if (wasHop) tellAsker(session, { type: "failed", reason, hop: session.hop, detail: detail.slice(0, 500) });
    book.finish(session);
  };

  /** The small model, kept for as long as its runner is the same one. */
  let drafts: { readonly runner: ShardRunner; readonly model: DraftModel } | null = null;
  const draftModel = (): DraftModel | null => {
    const small = options.draftRunner?.() ?? null;
    if (small !== drafts?.runner) drafts = small === null ? null : { runner: small, model: createDraftModel(small) };
    return drafts?.model ?? null;
  };

  const steps: Steps = {
    runner,
    clock,
    speculation: options.speculation ?? true,
    later: (session, work) => enqueue(session, work),
    dropped: (reason) => drops.count(reason),
    sessions: () => book.hops,
    tell(session, tab, frame) {
      const { epoch } = session.route;
      send(tab, frame).catch(() => {
        if (session.route.epoch === epoch) suspect(session, tab);
      });
    },
    served(session, positions, times) {
      tokensServed += positions;
      if (session.route.asker !== peers.self) forOthers.tokens += positions;
      meter.add(positions, (times.computeUs + times.readBackUs + times.encodeUs) / 1000);
    },
  };

  const newOnward = (session: () => HopSession | undefined): Onward =>
    new Onward({
      async send(position, rows, marks) {
        const current = session();
        if (current?.state.kind !== "open") return;
        const { id, route, hop, state } = current;
        const next = route.hops[hop + 1]?.tab;
        if (next === undefined) return;
        const turn = state.turn.turn & 0xffff;
        await send(next, { kind: "hidden", session: id, epoch: route.epoch, turn, position, ...rows, ...marks });
      },
      lost() {
        const current = session();
        const next = current?.route.hops[current.hop + 1]?.tab;
        if (current !== undefined && next !== undefined) suspect(current, next);
      },
    });

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
        if (frame.kind !== "control") {
          if (frame.kind === "token" && session.askerGone) return drops.count("asker-gone");
          return frame.kind === "hidden" ? runHidden(session, frame, steps) : runTokens(session, frame, steps);
        }
        if (frame.message.type === "share") return takeShare(session, frame.message, steps);
        if (frame.message.type !== "turn") return;
        if (await reserved(session, frame.message.contextTokens)) {
          if (session.route.asker !== peers.self) forOthers.answers += 1;
          return openTurn(session, frame.message, steps);
        }
        return fail(session, "context-full", `the coordinator never reserved ${frame.message.contextTokens} positions`);
      default:
        return verdict satisfies never;
    }
  };

  /** Work on a session is done in the order in which it came. */
  const enqueue = (session: HopSession, work: () => Promise<void>): void => {
    session.pending += 1;
    session.tail = session.tail
      .then(() => (session.state.kind === "over" ? undefined : work()))
      .catch((error: unknown) => {
        const { reason, detail } = failureOf(error);
        fail(session, reason, detail);
      })
      .finally(() => {
        session.pending -= 1;
      });
  };

  /** Linking up before the first frame saves its round trips; a failure shows again, and is told, when a frame must go. */
  const linkUp = (session: HopSession): void => {
    for (const tab of neighbours(session)) if (tab !== peers.self) peers.link(tab).catch(() => undefined);
  };

  const context: TakeRouteContext = { self: peers.self, book, steps, enqueue, linkUp, fail, reserved };

  const reroute = (session: HopSession, message: Reroute): void => {
    takeRoute(session, message, context);
    // RP4.
    const early = session.early;
    session.early = [];
    for (const { from, frame } of early) host.receive(from, frame);
  };

  const control = (session: HopSession, frame: SessionFrames & { kind: "control" }): void => {
    const { message } = frame;
    switch (message.type) {
      case "have": {
        // A hop that has not taken the present turn yet will cut to its base.
        const { state } = session;
        const isOlder = state.kind === "open" && isLater(state.turn.turn, frame.turn);
        return session.onward.flowFrom(isOlder ? Math.min(message.length, state.turn.base) : message.length);
      }
      case "turn":
      case "share":
        if (session.pending >= maxPendingFrames) return drops.count("too-early");
        return enqueue(session, () => step(session, frame));
      case "end":
        return book.finish(session);
      case "reroute":
      case "failed":
      case "progress":
      case "suspect":
      case "leaving":
        return drops.count("wrong-kind");
      default:
        return message satisfies never;
    }
  };

  const host: HopHost = {
    admit(route, hop) {
      const isHop = route.hops[hop]?.tab === peers.self;
      const known = book.get(route.session);
      if (known !== undefined) {
        const mayTake = route.asker === known.route.asker && route.epoch >= known.route.epoch;
        const isFresh = known.state.kind === "standby" || known.state.kind === "admitted";
        if (mayTake && isFresh) {
          known.route = route;
          known.hop = hop;
          if (isHop) known.state = { kind: "admitted" };
          linkUp(known);
        } else {
          const { contextTokens, leaseMs } = route;
          known.route = { ...known.route, contextTokens: Math.max(contextTokens, known.route.contextTokens), leaseMs };
        }
        known.rerouted?.();
        book.renewLease(known);
        return;
      }
      const session: HopSession = {
        id: route.session,
        route,
        hop,
        state: isHop ? { kind: "admitted" } : { kind: "standby" },
        takenEpoch: 0,
        askerGone: false,
        onward: newOnward(() => session),
        tokens: new TokenQueue(),
        flight: new Flight(),
        guesser: new Guesser({ session: route.session, clock, tally, model: draftModel }),
        announced: new Announced(),
        newest: { branch: 0, position: 0 },
        plainTo: 0,
        sendLimit: Number.POSITIVE_INFINITY,
        early: [],
        tail: Promise.resolve(),
        pending: 0,
        heardMs: clock.now(),
        cancelLease: () => undefined,
        rerouted: null,
      };
      book.add(session);
      linkUp(session);
    },
    dismiss(id) {
      const session = book.get(id);
      if (session !== undefined) book.finish(session);
    },
    holds: (id) => book.get(id) !== undefined || book.hasEnded(id),
    receive(from, frame) {
      const session = book.get(frame.session);
      if (session === undefined) return drops.count(book.hasEnded(frame.session) ? "ended-session" : "unknown-session");
      const { epoch } = session.route;
      const message = frame.kind === "control" ? frame.message : null;
      if (message?.type === "reroute") {
        const { route } = message;
        const isAskers = from === session.route.asker && route.asker === from && route.session === session.id;
        if (!isAskers || route.epoch !== frame.epoch) return drops.count("wrong-sender");
        // The coordinator's word may have told of this epoch first, which is not the asker's telling.
        if (frame.epoch < epoch || frame.epoch <= session.takenEpoch) return drops.count("stale-epoch");
        return reroute(session, message);
      }
      // The asker's word that all is over needs no epoch.
      if (message?.type === "end" && from === session.route.asker) return book.finish(session);
      if (frame.epoch > epoch) {
        const same = session.early.filter((each) => each.from === from).length;
        if (session.early.length >= maxEarlyFrames || same >= maxEarlyOfOne) return drops.count("too-early");
        session.early.push({ from, frame });
        return;
      }
      if (frame.epoch < epoch) return drops.count("stale-epoch");
      if (!mayCome(session, frame, from)) return drops.count("wrong-sender");
      book.renewLease(session);
      if (frame.kind === "control") return control(session, frame);
      // Not in turn with the rows: one of them may wait for this.
      if (frame.kind === "tokens" && !isFirst(session)) {
        return session.announced.put(frame) ? undefined : drops.count("too-early");
      }
      if (frame.kind === "hidden" && isLater(frame.branch, session.newest.branch)) {
        session.newest = { branch: frame.branch, position: frame.position };
      }
      if (session.pending >= maxPendingFrames)
        return fail(session, "bad-frame", `${maxPendingFrames} frames wait already`);
      enqueue(session, () => step(session, frame));
    },
    peerGone(tab) {
      for (const session of book.all) {
        if (tab === session.route.asker) {
          // RP13.
          session.askerGone = true;
          book.renewLease(session);
        } else if (neighbours(session).has(tab)) suspect(session, tab);
      }
    },
    slow() {
      for (const session of book.hops) tellAsker(session, { type: "leaving", why: "slow" });
    },
    async leave() {
      for (const session of book.hops) tellAsker(session, { type: "leaving", why: "stopped" });
      if (book.hops.length === 0) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(leaveDeadlineMs, resolve);
        book.onFinished = () => {
          if (book.hops.length > 0) return;
          cancel();
          resolve();
        };
      });
      book.onFinished = () => undefined;
    },
    get stats() {
      const { all, hops } = book;
      const answering = hops.filter((session) => isAnswering(session, clock.now())).length;
      const standingBy = all.length - hops.length;
      const loggedPositions = all.reduce((sum, { onward }) => sum + onward.length, 0);
      return {
        tokensServed,
        forOthers: { ...forOthers },
        sessions: hops.length,
        answering,
        standingBy,
        loggedPositions,
        stepMs: meter.median(),
        speculation: tally,
      };
    },
    close() {
      for (const session of book.all) fail(session, "hop-left", "the donor stopped");
    },
  };
  void runner.gone.then((error) => {
    const { reason, detail } = failureOf(error);
    for (const session of book.all) fail(session, reason, detail);
  });
  return host;
}

function isAnswering(session: HopSession, nowMs: number): boolean {
  const { state } = session;
  if (state.kind !== "open" || nowMs - session.heardMs > answeringMs) return false;
  return !isAnswered(session) && state.turn.sampleFrom !== null;
}
