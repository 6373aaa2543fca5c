/** The one chat of a tab: its session on the swarm's hops or on this tab's own shard, from one message to the next. */
import type { Clock } from "@potluck/link";
import {
  type AskerSession,
  createAskerSession,
  type DropCounter,
  type Peers,
  type RepairDesk,
  type SessionState,
  type Switchboard,
} from "@potluck/pipeline";
import type { MeasuredLink, ModelId, Route } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { AskEvent, AskRequest } from "./asker.ts";
import type { Claims } from "./claims.ts";
import { legsOf } from "./legs.ts";
import { linkUp } from "./link-up.ts";
import type { Presence } from "./presence.ts";
import type { OwnTab } from "./own-tab.ts";
import type { RouteDesk } from "./route-desk.ts";
import { takeOver } from "./take-over.ts";
import type { TabText } from "./texts.ts";

export interface ChatOptions {
  readonly coordinator: Coordinator;
  readonly desk: RouteDesk;
  readonly repairDesk: RepairDesk;
  readonly claims: Claims;
  readonly presence: Presence;
  readonly ownTab: OwnTab;
  /** Null before the first welcome. */
  readonly peers: () => Peers | null;
  /** Of this tab's own links. */
  readonly measured?: () => readonly MeasuredLink[];
  readonly board: Switchboard;
  readonly drops: DropCounter;
  readonly clock: Clock;
}

/** What an answer needs. Counts are of positions. */
export interface Opening {
  readonly request: AskRequest;
  readonly text: TabText;
  readonly promptTokens: number;
  /** Of both what is still to come, when the answer is carried on: its known tokens count with the prompt. */
  readonly maxNewTokens: number;
  /** KV for prompt and answer. */
  readonly contextTokens: number;
  /** The session in which an earlier page was interrupted; null for an answer from its beginning. */
  readonly left: SessionState | null;
  /** Whether it is carried on, so that a coordinator that is away is waited for. */
  readonly carriesOn: boolean;
}

export interface Opened {
  readonly session: AskerSession;
  /** Fewer than asked for where donors can't carry more (DN12). */
  readonly maxNewTokens: number;
  /** The hops still hold what the earlier page had them compute. */
  readonly takenOver: boolean;
  /** As {@link legsOf}, when asked. */
  readonly legs: () => readonly (number | null)[];
}

export interface Chat {
  /** The session for an answer: the chat's own where it still stands. Throws a ProblemError, or the signal's reason. */
  open(opening: Opening, emit: (event: AskEvent) => void, signal: AbortSignal): Promise<Opened>;
  /** So many tokens of the answer are here; the coordinator, which sees none, is told now and then. */
  counted(tokens: number): void;
  /** The answer is over: hops keep the KV of a session that still stands. */
  settle(): void;
  /** The answer broke off: forgets a session that is over. */
  drop(): void;
  /** Frees the chat's KV on all hops. */
  end(): void;
  /** Frees what an earlier page left, on all hops: nobody goes on with it. */
  giveUp(left: SessionState): void;
  /** Leaves the session to the page that comes after this one: nothing that happens from now on reaches it. */
  leave(): void;
  /** Takes up again what was left: no other page came. */
  back(): void;
}

interface Open {
  readonly modelId: ModelId;
  readonly where: AskRequest["where"];
  readonly session: AskerSession;
  /** The reservation that the donors could carry when a longer one was refused; null while none was. */
  fits: number | null;
}

/** Reservations grow in these steps, so that not every message needs a longer one. */
export const contextStepTokens = 128;
/**
 * A link takes a second or two. One that takes longer likely leads to a tab that is gone; then the session begins, and can
 * have it replaced before the link is given up.
 */
const linkPatienceMs = 3000;
/** The coordinator averages over ten seconds. */
const tellCountMs = 1000;
/** Less is no answer: a prompt that leaves not even this much of the donors' memory is what is too long. */
const shortestAnswer = 16;

export function createChat(options: ChatOptions): Chat {
  const { coordinator, claims, presence, board, drops, clock } = options;
  let chat: Open | null = null;
  /** Tokens of the answer that runs, and when the coordinator was last told. */
  let answered = { tokens: 0, toldMs: 0 };
  const repairDesk = presence.desk(options.repairDesk);

  const tellSettled = ({ where, session }: Open, state: "idle" | "ended"): void => {
    if (where === "this-tab") return;
    const { route } = session;
    if (state === "ended") claims.forget(route.session);
    else claims.note(route, "idle");
    // A coordinator that is gone learns of it by the claim at its welcome, or by the lease.
    const { tokens } = answered;
    coordinator.call("settle", { session: route.session, state, tokens }).catch(() => undefined);
  };

  const end = (): void => {
    if (chat === null) return;
    chat.session.end("closed");
    tellSettled(chat, "ended");
    board.askers.delete(chat.session.route.session);
    chat = null;
  };

  /** Ends a chat that the request can't go on with. */
  const makeRoom = ({ modelId, where }: AskRequest): void => {
    if (chat !== null && (chat.session.over || chat.modelId !== modelId || chat.where !== where)) end();
  };

  const openInSwarm = async (
    { request, contextTokens, left, carriesOn }: Opening,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<Omit<Opened, "maxNewTokens">> => {
    makeRoom(request);
    const resume = chat?.session.route.session ?? left?.route.session;
    const ready = await options.desk.get(
      { modelId: request.modelId, contextTokens, resume },
      ({ position, reason, waitMs }) => emit({ kind: "queued", position, reason, waitMs }),
      signal,
      { patient: carriesOn },
    );
    const peers = options.peers();
    if (peers === null) throw new ProblemError(problems.serverGone());
    answered = { tokens: 0, toldMs: clock.now() };
    const legsOn = (session: AskerSession) => () => legsOf(session.route, ready, options.measured?.() ?? []);
    emit({ kind: "connecting", tabs: new Set(ready.route.hops.map((hop) => hop.tab)).size });
    if (ready.resumed && chat !== null && !chat.session.over && chat.session.route.session === ready.route.session) {
      const { session } = chat;
      // Who changed the route is the session; the coordinator's may be older.
      session.extend(ready.route);
      session.standbys(ready.route.hops);
      claims.note(session.route, "active");
      linkUp(peers, session.route);
      return { session, takenOver: false, legs: legsOn(session) };
    }
    end();
    const state = ready.resumed && left !== null ? takeOver(left, ready.route, peers.self) : null;
    const route = state?.route ?? ready.route;
    const session = createAskerSession({
      route,
      peers: presence.peers(peers),
      clock,
      drops,
      desk: repairDesk,
      ...(state === null ? {} : { resume: state }),
    });
    if (state !== null) {
      session.extend(ready.route);
      session.standbys(ready.route.hops);
    }
    chat = { modelId: request.modelId, where: "swarm", session, fits: null };
    board.askers.set(route.session, session);
    claims.note(route, "active");
    const { ends, any } = linkUp(peers, route);
    let isWaiting = true;
    const linked = ends.then(async (unreachable) => {
      // With no way to anybody, another tab in the place of these would not help.
      if (unreachable.length > 0 && !(await any)) throw new ProblemError(problems.linkFailed());
      for (const tab of unreachable) session.peerGone(tab, "lost");
    });
    linked.catch(() => (isWaiting ? undefined : session.dismissed("link-lost")));
    let stopPatience = (): void => undefined;
    const patience = new Promise<void>((resolve) => (stopPatience = clock.after(linkPatienceMs, resolve)));
    try {
      await unlessAborted(Promise.race([linked, patience]), signal);
    } catch (error) {
      end();
      throw error;
    } finally {
      isWaiting = false;
      stopPatience();
    }
    return { session, takenOver: state !== null, legs: legsOn(session) };
  };

  /** DN12: asks for less, again and again, while donors say that they can't carry it. */
  const reserve = async (opening: Opening, emit: (event: AskEvent) => void, signal: AbortSignal): Promise<Opened> => {
    const { request, promptTokens } = opening;
    let { contextTokens, maxNewTokens } = opening;
    // What fitted last goes on fitting, and to ask for more would cost the chat its KV.
    let fits = chat?.where === "swarm" && chat.modelId === request.modelId ? chat.fits : null;
    if (fits !== null && fits - promptTokens >= Math.min(maxNewTokens, contextStepTokens)) {
      contextTokens = Math.min(contextTokens, fits);
      maxNewTokens = Math.min(maxNewTokens, contextTokens - promptTokens);
    } else fits = null;
    for (;;) {
      try {
        const opened = await openInSwarm({ ...opening, contextTokens }, emit, signal);
        if (chat !== null) chat.fits = fits;
        return { ...opened, maxNewTokens };
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== "context-full") throw error;
        if (maxNewTokens <= shortestAnswer) throw error;
        maxNewTokens = Math.max(shortestAnswer, Math.floor(maxNewTokens / 2));
        contextTokens = promptTokens + maxNewTokens;
        fits = contextTokens;
      }
    }
  };

  const openHere = async (
    { request, text, contextTokens, maxNewTokens }: Opening,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<Opened> => {
    makeRoom(request);
    const { ownTab } = options;
    const kept = chat?.session;
    const route: Route = await ownTab.route(request.modelId, text, contextTokens, kept?.route ?? null, emit, signal);
    emit({ kind: "connecting", tabs: 1 });
    if (kept !== undefined && kept.route.session === route.session) {
      kept.extend(route);
      return { session: kept, maxNewTokens, takenOver: false, legs: hereLegs };
    }
    const session = createAskerSession({ route, peers: ownTab.peers, clock, drops, desk: ownTab.desk });
    chat = { modelId: request.modelId, where: "this-tab", session, fits: null };
    ownTab.board.askers.set(route.session, session);
    return { session, maxNewTokens, takenOver: false, legs: hereLegs };
  };

  return {
    open: (opening, emit, signal) =>
      opening.request.where === "swarm" ? reserve(opening, emit, signal) : openHere(opening, emit, signal),
    counted(tokens) {
      answered = { ...answered, tokens };
      if (chat?.where !== "swarm" || clock.now() - answered.toldMs < tellCountMs) return;
      answered = { tokens, toldMs: clock.now() };
      const { session } = chat.session.route;
      coordinator.call("answered", { session, tokens }).catch(() => undefined);
    },
    settle() {
      if (chat?.session.over === true) end();
      else if (chat !== null) tellSettled(chat, "idle");
    },
    drop() {
      if (chat?.session.over === true) end();
    },
    end,
    giveUp({ route }) {
      coordinator.call("settle", { session: route.session, state: "ended" }).catch(() => undefined);
    },
    leave() {
      if (chat === null || chat.where === "this-tab") return;
      board.askers.delete(chat.session.route.session);
    },
    back() {
      if (chat === null || chat.where === "this-tab") return;
      const { session } = chat;
      board.askers.set(session.route.session, session);
      // Their links were hung up meanwhile.
      const { asker, hops } = session.route;
      for (const { tab } of hops) if (tab !== asker) session.peerGone(tab, "lost");
    },
  };
}

/** A route within this tab: no way to go. */
const hereLegs = (): readonly number[] => [0, 0];

/** Stops waiting when the signal aborts, with its reason. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
