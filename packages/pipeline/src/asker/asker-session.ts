/** The asker's side of one session: sends turns and prompts to the first hop, takes tokens from the last, keeps the route. */
import type { Clock } from "@potluck/link";
import type {
  FailureReason,
  LapTimes,
  Route,
  SessionControl,
  SessionFrames,
  Standbys,
  TabId,
  Turn,
} from "@potluck/protocol";
import type { DropCounter } from "../counters.ts";
import type { Peers } from "../peers.ts";
import type { AnswerRequest, AnswerStep, SessionState } from "./answer.ts";
import { AnswerFailed } from "./answer-failed.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { PaceWatch } from "./pace-watch.ts";
import type { RepairDesk, RepairRecord, RouteState } from "./repair.ts";
import { RouteKeeper } from "./route-keeper.ts";
import { TokenFeed } from "./token-feed.ts";

export interface AskerDeadlines {
  /** Longest wait without any progress of an answer whose route is whole, in ms. */
  readonly silenceMs: number;
}

/**
 * A software GPU needs a minute for a chunk of a prompt; whoever is silent for longer, through all that the route keeper
 * tries, hangs.
 */
export const defaultDeadlines: AskerDeadlines = { silenceMs: 180_000 };

export interface AskerSessionOptions {
  readonly route: Route;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly drops: DropCounter;
  readonly desk: RepairDesk;
  readonly deadlines?: AskerDeadlines;
  /** Of a page before this one: its session is taken up, and the next answer carries its last one on (RP13). */
  readonly resume?: SessionState;
}

export interface AskerSession {
  readonly route: Route;
  readonly over: boolean;
  readonly state: RouteState;
  /** All repairs of this session, oldest first. */
  readonly repairs: readonly RepairRecord[];
  /** Positions of the prompt that the hops hold already, so they need not be computed. */
  reusable(promptIds: readonly number[]): number;
  /**
   * One answer, token by token, and what befalls its route; the last token has `end`. Aborting the signal, or leaving the
   * loop early, ends the session on every hop (PL8). Throws {@link AnswerFailed}; the session is then over.
   */
  answer(request: AnswerRequest, signal: AbortSignal): AsyncGenerator<AnswerStep, void>;
  receive(from: TabId, frame: SessionFrames): void;
  /** @param why whether the tab said goodbye. */
  peerGone(tab: TabId, why: "goodbye" | "lost"): void;
  /** The coordinator's hint that the tab is gone. */
  hopGone(tab: TabId): void;
  /** The coordinator's standbys from now on. */
  standbys(hops: Standbys["hops"]): void;
  /** The coordinator's word that the hops' KV is gone. */
  dismissed(reason: FailureReason): void;
  /** A longer reservation for the next turn. */
  extend(route: Route): void;
  /** What another page needs to take the session up. */
  snapshot(): SessionState;
  /** Frees the session on every hop. */
  end(why: "stopped" | "closed"): void;
}

interface Answering {
  readonly kind: "answering";
  readonly mailbox: Mailbox<AnswerStep>;
  readonly request: AnswerRequest;
}

type Phase = { readonly kind: "idle" } | Answering | { readonly kind: "over" };

/** How often an answer's progress is looked at. */
const watchMs = 500;
/** The times of a lap count once, with its last token. */
const noTimes: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
/** A penalty touches at most as many distinct ids as a turn may list. */
const maxPenalised = 4096;

export function createAskerSession(options: AskerSessionOptions): AskerSession {
  const { peers, clock, drops, desk, resume, deadlines = defaultDeadlines } = options;
  let phase: Phase = { kind: "idle" };
  /** Every id that is known, by position; those of the last answer included. */
  let known: number[] = resume === undefined ? [] : [...resume.held];
  /** How many of them the hops may hold: the last token of an answer is never run. */
  let held = known.length;
  let turns = resume?.turns ?? 0;
  /** The turn as it was sent; what is known by now is filled in by {@link turnNow}. */
  let turn: Turn | null = null;
  let isTakenUp = resume === undefined;
  let cancelWatch = (): void => undefined;
  const pace = new PaceWatch(() => clock.now());

  const header = (): { session: Route["session"]; epoch: number; turn: number } => ({
    session: options.route.session,
    epoch: keeper.route.epoch,
    turn: turn === null ? 0 : turn.turn & 0xffff,
  });
  const first = (): TabId => keeper.route.hops[0]?.tab ?? peers.self;
  const last = (): TabId => keeper.route.hops.at(-1)?.tab ?? peers.self;
  const send = async (tab: TabId, frame: SessionFrames): Promise<void> => {
    const link = await peers.link(tab);
    await link.send(frame);
  };
  const control = (tab: TabId, message: SessionControl): Promise<void> =>
    send(tab, { kind: "control", ...header(), message });

  const turnNow = (): Turn | null => {
    if (turn === null) return null;
    const penalised = turn.sampling.repetitionPenalty === 1 ? [] : distinct(known);
    return { ...turn, penalised, sampleFrom: phase.kind === "answering" ? known.length : null };
  };

  const feed = new TokenFeed({
    send: (position, ids) => send(first(), { kind: "tokens", ...header(), position, branch: 0, ids }),
    lost: () => keeper.lost(first(), "silent"),
  });

  const keeper: RouteKeeper = new RouteKeeper({
    route:
      resume === undefined
        ? options.route
        : { ...options.route, epoch: Math.max(options.route.epoch, resume.route.epoch) },
    peers,
    clock,
    desk,
    pace,
    turn: turnNow,
    certain: () => held,
    known: () => known.length,
    isAnswering: () => phase.kind === "answering",
    onEpoch: () => feed.hold(),
    onState(state) {
      if (phase.kind === "answering") phase.mailbox.put({ kind: "route", state });
    },
    onGiveUp: (reason, hop, detail) => fail(reason, hop, detail),
  });

  const fail = (reason: FailureReason, hop: number, detail: string): void => {
    if (phase.kind === "over") return;
    const mailbox = phase.kind === "answering" ? phase.mailbox : null;
    end("closed");
    mailbox?.fail(new AnswerFailed(reason, hop, detail));
  };

  const end = (why: "stopped" | "closed"): void => {
    if (phase.kind === "over") return;
    const { hops } = keeper.route;
    phase = { kind: "over" };
    held = 0;
    cancelWatch();
    keeper.close();
    feed.hold();
    // A hop that can't be told has lost its link to us, and frees the session for that.
    for (const tab of new Set(hops.flatMap((hop) => [hop.tab, ...hop.standbys]))) {
      if (peers.silentMs(tab) !== null || tab === peers.self) control(tab, { type: "end", why }).catch(() => undefined);
    }
  };

  /** RP11. */
  const watch = (): void => {
    cancelWatch = clock.after(watchMs, () => {
      if (phase.kind !== "answering") return;
      if (keeper.state.kind === "waiting") pace.start();
      else if (pace.silentMs > deadlines.silenceMs) {
        return fail("step-deadline", 0, `no progress for ${deadlines.silenceMs} ms`);
      } else if (!keeper.isAnnouncing && pace.silentMs > pace.deadlineMs) keeper.resync();
      watch();
    });
  };

  const reusable = (promptIds: readonly number[]): number => {
    let shared = 0;
    while (shared < held && shared < promptIds.length - 1 && known[shared] === promptIds[shared]) shared += 1;
    return shared;
  };

  /** Takes an answer's tokens in their turn; anything else is late or a repetition. */
  const takeToken = (frame: SessionFrames & { kind: "token" }): void => {
    if (phase.kind !== "answering" || frame.turn !== header().turn) return drops.count("stale-turn");
    if (frame.position + frame.ids.length <= known.length) return drops.count("replayed");
    // Only a faulty hop leaves one out; the hops know better together.
    if (frame.position > known.length) return keeper.resync();
    const { mailbox } = phase;
    const { ids, position, end: endReason, lap } = frame;
    const firstNew = known.length - position;
    // Before the tokens are counted as known: what was lost is computed up to here.
    keeper.flows();
    known.push(...ids.subarray(firstNew));
    // The last drawn token itself is run, and so held, only when the first hop starts the next lap with it.
    held = endReason === null ? known.length : known.length - 1;
    if (endReason !== null) {
      phase = { kind: "idle" };
      cancelWatch();
    }
    pace.progress();
    for (let i = firstNew; i < ids.length; i++) {
      const isLast = i === ids.length - 1;
      mailbox.put({
        kind: "token",
        id: ids[i] ?? 0,
        position: position + i,
        end: isLast ? endReason : null,
        drafted: !isLast,
        lap: isLast ? lap : noTimes,
      });
    }
  };

  const takeControl = (from: TabId, frame: SessionFrames & { kind: "control" }): void => {
    const { message } = frame;
    const hop = keeper.hopOf(from);
    if (hop === -1) return drops.count("wrong-sender");
    // What a hop says about itself is true in any epoch.
    if (message.type === "leaving") return keeper.leaving(from, message.why);
    if (message.type === "failed") {
      // More room is for the coordinator to give; another hop has no more.
      if (message.reason === "context-full") return fail(message.reason, hop, message.detail);
      return keeper.lost(from, message.reason === "hop-left" ? "left" : "failed");
    }
    if (frame.epoch !== keeper.route.epoch) return drops.count("stale-epoch");
    switch (message.type) {
      case "progress":
        pace.progress();
        return keeper.progressed(from, message);
      case "suspect":
        return keeper.suspected(from, message.tab);
      case "have": {
        if (hop !== 0) return drops.count("wrong-sender");
        const isOlder = turn !== null && frame.turn !== header().turn;
        return feed.flowFrom(
          isOlder ? Math.min(message.length, turn?.base ?? 0) : message.length,
          known.slice(0, held),
        );
      }
      case "turn":
      case "share":
      case "reroute":
      case "end":
        return drops.count("wrong-kind");
      default:
        return message satisfies never;
    }
  };

  const begin = (request: AnswerRequest): void => {
    const { promptIds, answered, sampling, maxNewTokens, stopTokens } = request;
    const base = isTakenUp ? reusable(promptIds) : 0;
    known = [...promptIds, ...answered];
    held = known.length;
    turn = {
      type: "turn",
      // An answer that another page began goes on in its own turn.
      turn: isTakenUp ? turns++ : Math.max(0, turns - 1),
      base,
      promptTokens: promptIds.length,
      sampleFrom: known.length,
      maxNewTokens,
      contextTokens: keeper.route.contextTokens,
      sampling,
      penalised: sampling.repetitionPenalty === 1 ? [] : distinct(known),
      stopTokens,
    };
    pace.start();
    watch();
    keeper.answerBegins();
    if (!isTakenUp) {
      isTakenUp = true;
      return keeper.takeUp();
    }
    control(first(), turn).catch(() => keeper.lost(first(), "silent"));
    // In an epoch that the first hop has not answered yet it says itself from where.
    if (!feed.isWaiting) feed.flowFrom(base, known);
  };

  return {
    get route() {
      return keeper.route;
    },
    get over() {
      return phase.kind === "over";
    },
    get state() {
      return keeper.state;
    },
    get repairs() {
      return keeper.repairs;
    },
    reusable,
    extend: ({ contextTokens }) => keeper.extend(contextTokens),
    standbys: (hops) => keeper.standbys(hops),
    snapshot: () => ({ route: keeper.route, turns, held: known.slice(0, held) }),
    end,
    dismissed: (reason) => fail(reason, 0, "the coordinator ended the session"),
    peerGone: (tab, why) => keeper.lost(tab, why === "goodbye" ? "left" : "silent"),
    hopGone: (tab) => keeper.hinted(tab),
    receive(from, frame) {
      if (phase.kind === "over") return drops.count("ended-session");
      if (frame.kind === "control") return takeControl(from, frame);
      if (frame.epoch !== keeper.route.epoch) return drops.count("stale-epoch");
      if (frame.kind !== "token") return drops.count("wrong-kind");
      if (from !== last()) return drops.count("wrong-sender");
      takeToken(frame);
    },
    async *answer(request, signal) {
      if (phase.kind !== "idle") throw new AnswerFailed("kv-missing", 0, `the session is ${phase.kind}`);
      if (signal.aborted) {
        end("stopped");
        return;
      }
      const mailbox = createMailbox<AnswerStep>(clock);
      phase = { kind: "answering", mailbox, request };
      const onAbort = (): void => mailbox.fail(new AnswerFailed("hop-left", 0, "stopped by the asker"));
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        begin(request);
        for (;;) {
          const step = await mailbox.take(deadlines.silenceMs);
          if (signal.aborted) return;
          // The watch ends an answer that hangs; this only keeps the loop from waiting without end.
          if (step === null) continue;
          yield step;
          if (step.kind === "token" && step.end !== null) return;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener("abort", onAbort);
        // Only an answer that came to its end leaves a session worth keeping.
        if (phase.kind === "answering") end("stopped");
      }
    },
  };
}

function distinct(ids: readonly number[]): number[] {
  return [...new Set(ids)].slice(-maxPenalised);
}
