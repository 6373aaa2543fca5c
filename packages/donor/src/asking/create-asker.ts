/** One chat at a time: prompt to ids, ids to a route, tokens to text. */
import type { Clock } from "@potluck/link";
import {
  AnswerFailed,
  type AskerSession,
  createAskerSession,
  type DropCounter,
  type Peers,
  type Switchboard,
} from "@potluck/pipeline";
import type { ModelId, Route } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { problemOf } from "../donation/create-donation.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import { createAnswerMeter } from "./answer-meter.ts";
import type { AskEvent, Asker, AskRequest } from "./asker.ts";
import { eventStream } from "./event-stream.ts";
import type { OwnTab } from "./own-tab.ts";
import type { RouteDesk } from "./route-desk.ts";
import type { TabText, Texts } from "./texts.ts";

export interface AskerOptions {
  readonly coordinator: Coordinator;
  readonly texts: Texts;
  readonly desk: RouteDesk;
  readonly ownTab: OwnTab;
  /** Null before the first welcome. */
  readonly peers: () => Peers | null;
  readonly board: Switchboard;
  readonly drops: DropCounter;
  readonly clock: Clock;
}

interface Chat {
  readonly modelId: ModelId;
  readonly where: AskRequest["where"];
  readonly session: AskerSession;
  /** The reservation that the donors could carry when a longer one was refused; null while none was. */
  fits: number | null;
}

/** Tokens of a prompt, of its longest answer, and of KV for both; all counts of positions. */
interface Reservation {
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  readonly contextTokens: number;
}

/** Reservations grow in these steps, so that not every message needs a longer one. */
const contextStepTokens = 128;
/** Less is no answer: a prompt that leaves not even this much of the donors' memory is what is too long. */
const shortestAnswer = 16;

export function createAsker(options: AskerOptions): Asker {
  const { coordinator, board, drops, clock } = options;
  let chat: Chat | null = null;

  const settle = (session: AskerSession, state: "idle" | "ended"): void => {
    if (chat?.where === "this-tab") return;
    // A coordinator that is gone learns of it by the lease.
    coordinator.call("settle", { session: session.route.session, state }).catch(() => undefined);
  };

  const endChat = (): void => {
    if (chat === null) return;
    const { session } = chat;
    session.end("closed");
    settle(session, "ended");
    board.askers.delete(session.route.session);
    chat = null;
  };

  const openChat = (request: AskRequest, route: Route, peers: Peers): AskerSession => {
    const session = createAskerSession({ route, peers, clock, drops });
    chat = { modelId: request.modelId, where: request.where, session, fits: null };
    return session;
  };

  const sessionInSwarm = async (
    request: AskRequest,
    contextTokens: number,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<AskerSession> => {
    if (chat !== null && (chat.session.over || chat.modelId !== request.modelId || chat.where !== "swarm")) endChat();
    const resume = chat?.session.route.session;
    const onQueued = (queued: { position: number; reason: (AskEvent & { kind: "queued" })["reason"] }): void =>
      emit({ kind: "queued", position: queued.position, reason: queued.reason });
    const { route, resumed } = await options.desk.get(
      { modelId: request.modelId, contextTokens, resume },
      onQueued,
      signal,
    );
    const peers = options.peers();
    if (peers === null) throw new ProblemError(problems.serverGone());
    emit({ kind: "connecting", tabs: new Set(route.hops.map((hop) => hop.tab)).size });
    if (resumed && chat !== null && !chat.session.over && chat.session.route.session === route.session) {
      chat.session.extend(route);
      return chat.session;
    }
    endChat();
    const session = openChat(request, route, peers);
    board.askers.set(route.session, session);
    const ends = [route.hops[0]?.tab, route.hops.at(-1)?.tab].filter((tab) => tab !== undefined);
    try {
      await Promise.all([...new Set(ends)].map((tab) => peers.link(tab)));
    } catch (cause) {
      endChat();
      throw new ProblemError(problems.linkFailed(), { cause });
    }
    return session;
  };

  /** DN12: what the donors' memory can't carry is asked for again with a shorter answer. */
  const reserveInSwarm = async (
    request: AskRequest,
    reserve: Reservation,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<{ readonly session: AskerSession; readonly maxNewTokens: number }> => {
    const { promptTokens } = reserve;
    let { contextTokens, maxNewTokens } = reserve;
    // What fitted last goes on fitting, and to ask for more would cost the chat its KV.
    let fits = chat?.where === "swarm" && chat.modelId === request.modelId ? chat.fits : null;
    if (fits !== null && fits - promptTokens >= Math.min(maxNewTokens, contextStepTokens)) {
      contextTokens = Math.min(contextTokens, fits);
      maxNewTokens = Math.min(maxNewTokens, contextTokens - promptTokens);
    } else fits = null;
    for (;;) {
      try {
        const session = await sessionInSwarm(request, contextTokens, emit, signal);
        if (chat !== null) chat.fits = fits;
        return { session, maxNewTokens };
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== "context-full") throw error;
        if (maxNewTokens <= shortestAnswer) throw error;
        maxNewTokens = Math.max(shortestAnswer, Math.floor(maxNewTokens / 2));
        contextTokens = promptTokens + maxNewTokens;
        fits = contextTokens;
      }
    }
  };

  const sessionHere = async (
    request: AskRequest,
    text: TabText,
    contextTokens: number,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<AskerSession> => {
    if (chat !== null && (chat.session.over || chat.modelId !== request.modelId || chat.where !== "this-tab"))
      endChat();
    const kept = chat?.session;
    const route = await options.ownTab.route(
      request.modelId,
      text,
      contextTokens,
      kept?.route ?? null,
      (progress) => emit({ kind: "loading", progress }),
      signal,
    );
    emit({ kind: "connecting", tabs: 1 });
    if (kept !== undefined && kept.route.session === route.session) {
      kept.extend(route);
      return kept;
    }
    const session = openChat(request, route, options.ownTab.peers);
    options.ownTab.board.askers.set(route.session, session);
    return session;
  };

  const answer = async (request: AskRequest, emit: (event: AskEvent) => void, signal: AbortSignal): Promise<void> => {
    const text = await options.texts.open(request.modelId, signal);
    const promptIds = await text.encodeChat(request.messages);
    const room = text.maxPositions - promptIds.length;
    // DN9.
    if (room < 1) throw new ProblemError(problems.contextFull(promptIds.length, text.maxPositions));
    const longest = Math.min(request.maxNewTokens, room);
    const wanted = Math.ceil((promptIds.length + longest) / contextStepTokens) * contextStepTokens;
    const contextTokens = Math.min(text.maxPositions, wanted);
    signal.throwIfAborted();
    const { session, maxNewTokens } =
      request.where === "swarm"
        ? await reserveInSwarm(
            request,
            { promptTokens: promptIds.length, contextTokens, maxNewTokens: longest },
            emit,
            signal,
          )
        : { session: await sessionHere(request, text, contextTokens, emit, signal), maxNewTokens: longest };
    const reused = session.reusable(promptIds);
    emit({ kind: "reading", promptTokens: promptIds.length - reused });
    const meter = createAnswerMeter(session.route, { tokens: promptIds.length, reused }, () => clock.now());
    const stream = await text.stream();
    let count = 0;
    let end: (AskEvent & { kind: "done" })["end"] = "stopped";
    const { sampling } = request;
    let rest = "";
    try {
      for await (const token of session.answer(
        { promptIds, maxNewTokens, sampling, stopTokens: text.stopTokens },
        signal,
      )) {
        meter.token(token);
        count += 1;
        // Cut short by the model or by the donors' memory, so raising the answer's longest length would not help.
        if (token.end !== null)
          end = token.end === "length" && maxNewTokens < request.maxNewTokens ? "context-full" : token.end;
        const piece = token.end === "stop-token" ? "" : await stream.push(token.id);
        emit({ kind: "text", text: piece, answerTokens: count, id: token.id });
      }
    } finally {
      // Also when the answer broke off: the text worker keeps a stream until it is finished.
      rest = await stream.finish().catch(() => "");
    }
    if (rest !== "") emit({ kind: "text", text: rest, answerTokens: count, id: -1 });
    settle(session, session.over ? "ended" : "idle");
    emit({ kind: "done", end, stats: meter.stats() });
  };

  return {
    ask: (request, outer) =>
      eventStream<AskEvent>(async (emit, signal) => {
        try {
          await answer(request, emit, signal);
        } catch (error) {
          if (chat?.session.over === true) endChat();
          if (outer.aborted) return emit({ kind: "done", end: "stopped", stats: noStats });
          throw new ProblemError(error instanceof AnswerFailed ? problems.answer(error) : problemOf(error), {
            cause: error,
          });
        }
      }, outer),
    endChat,
  };
}

/** Of an answer that was stopped before its first token. */
const noStats: (AskEvent & { kind: "done" })["stats"] = {
  tabs: 0,
  hops: [],
  promptTokens: 0,
  reusedTokens: 0,
  answerTokens: 0,
  firstTokenMs: 0,
  tokensPerSecond: null,
  laps: { count: 0, totalUs: 0, times: { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 } },
};
