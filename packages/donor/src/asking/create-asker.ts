/** Prompt to ids, ids through a chat's session, tokens to text; and the same after a reload. */
import type { Clock } from "@potluck/link";
import { AnswerFailed, type AnswerStep, type AskerSession } from "@potluck/pipeline";
import { problemOf } from "../donation/create-donation.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import { createAnswerMeter } from "./answer-meter.ts";
import type { AskEvent, Asker, AskRequest } from "./asker.ts";
import { type Chat, contextStepTokens } from "./chat.ts";
import { eventStream } from "./event-stream.ts";
import type { TextStream, Texts } from "./texts.ts";
import type { Unfinished, UnfinishedBook } from "./unfinished.ts";

export interface AskerOptions {
  readonly texts: Texts;
  readonly chat: Chat;
  readonly book: UnfinishedBook;
  readonly clock: Clock;
}

/** The asker of a page, with what only the tab around it calls. */
export interface PageAsker extends Asker {
  /**
   * The page goes away: the chat ends, unless an answer is in progress, which is left to the next page. Says whether it is.
   * Nothing comes out of a running answer any more.
   */
  hide(): boolean;
  /** The page is back as it was. */
  show(): void;
}

type Done = AskEvent & { readonly kind: "done" };

export function createAsker({ texts, chat, book, clock }: AskerOptions): PageAsker {
  let running = 0;
  let hidden = false;

  const answer = async (
    request: AskRequest,
    left: Unfinished | null,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const text = await texts.open(request.modelId, signal);
    const promptIds = left?.promptIds ?? (await text.encodeChat(request.messages));
    const promptTokens = promptIds.length;
    const room = text.maxPositions - promptTokens;
    // DN9.
    if (room < 1) throw new ProblemError(problems.contextFull(promptTokens, text.maxPositions));
    const longest = Math.min(left?.maxNewTokens ?? request.maxNewTokens, room);
    const wanted = Math.ceil((promptTokens + longest) / contextStepTokens) * contextStepTokens;
    const ids = [...(left?.ids ?? [])];
    let session: AskerSession | null = null;
    /** Before its turn has begun, a session is none that another page could go on with. */
    let hasBegun = false;
    let maxNewTokens = longest;
    const keep = (): void =>
      book.keep(() => ({
        request,
        promptIds,
        ids: [...ids],
        maxNewTokens,
        session: hasBegun ? (session?.snapshot() ?? null) : (left?.session ?? null),
      }));
    signal.throwIfAborted();
    keep();
    const stream = await text.stream();
    let done: Done;
    let rest = "";
    try {
      if (ids.length > 0) emit({ kind: "text", text: await pushAll(stream, ids), answerTokens: ids.length, id: -1 });
      const opened = await chat.open(
        {
          request,
          text,
          promptTokens,
          maxNewTokens: longest,
          // A session that is taken over keeps what was reserved for it, which is enough.
          contextTokens: left?.session?.route.contextTokens ?? Math.min(text.maxPositions, wanted),
          left: left?.session ?? null,
          carriesOn: left !== null,
        },
        emit,
        signal,
      );
      session = opened.session;
      maxNewTokens = opened.maxNewTokens;
      const reused = session.reusable(promptIds);
      // Hops that are taken over have read what there is to read.
      const reading = opened.takenOver
        ? null
        : ({ kind: "reading", promptTokens: promptTokens + ids.length - reused } as const);
      if (reading !== null) emit(reading);
      const meter = createAnswerMeter(session, { tokens: promptTokens, reused, known: ids.length }, () => clock.now());
      const known = ids.length;
      let end: Done["end"] = "stopped";
      const { stopTokens } = text;
      const wish = { promptIds, answered: [...ids], maxNewTokens, sampling: request.sampling, stopTokens };
      const onBegun = (): void => {
        hasBegun = request.where === "swarm";
        keep();
      };
      for await (const step of begun(session.answer(wish, signal), onBegun)) {
        if (step.kind === "route") {
          const event = routeEvent(step) ?? (ids.length === known ? reading : null);
          if (event !== null) emit(event);
          keep();
          continue;
        }
        meter.token(step);
        ids.push(step.id);
        if (step.end === null) keep();
        // Cut short by the model or by the donors' memory, so raising the answer's longest length would not help.
        else end = step.end === "length" && maxNewTokens < request.maxNewTokens ? "context-full" : step.end;
        const piece = step.end === "stop-token" ? "" : await stream.push(step.id);
        emit({ kind: "text", text: piece, answerTokens: ids.length, id: step.id });
      }
      done = { kind: "done", end, stats: meter.stats() };
    } finally {
      // Also when the answer broke off: the text worker keeps a stream until it is finished.
      rest = await stream.finish().catch(() => "");
    }
    if (rest !== "") emit({ kind: "text", text: rest, answerTokens: ids.length, id: -1 });
    if (hidden) return;
    book.forget();
    chat.settle();
    emit(done);
  };

  const run = (
    find: () => Promise<{ readonly request: AskRequest; readonly left: Unfinished | null }>,
    outer: AbortSignal,
  ): AsyncIterable<AskEvent> =>
    eventStream<AskEvent>(async (emit, signal) => {
      running += 1;
      let left: Unfinished | null = null;
      try {
        const found = await find();
        ({ left } = found);
        await answer(found.request, left, emit, signal);
      } catch (error) {
        // What breaks because the page goes away is no failure: the next page carries the answer on.
        if (hidden) return await new Promise<never>(() => undefined);
        const problem = error instanceof AnswerFailed ? problems.answer(error) : problemOf(error);
        // A server that is away now may be there at the next try.
        if (left === null || outer.aborted || problem.code !== "server-gone") book.forget();
        chat.drop();
        if (outer.aborted) return emit({ kind: "done", end: "stopped", stats: noStats });
        throw new ProblemError(problem, { cause: error });
      } finally {
        running -= 1;
      }
    }, outer);

  return {
    ask: (request, outer) => run(async () => ({ request, left: null }), outer),
    unfinished: async () => (await book.left())?.request ?? null,
    carryOn: (outer) =>
      run(async () => {
        const left = await book.left();
        if (left === null) throw new ProblemError(problems.internal("there is no unfinished answer"));
        return { request: left.request, left };
      }, outer),
    endChat() {
      book.forget();
      chat.end();
    },
    hide() {
      hidden = true;
      if (running === 0) chat.end();
      else {
        book.freeze(true);
        chat.leave();
      }
      return running > 0;
    },
    show() {
      hidden = false;
      book.freeze(false);
      chat.back();
    },
  };
}

/** Null for a route that is in order again. */
function routeEvent({ state }: AnswerStep & { readonly kind: "route" }): AskEvent | null {
  switch (state.kind) {
    case "repairing":
      return { kind: "repairing", lost: state.lost, done: state.done, total: state.total };
    case "waiting":
      return { kind: "waiting", missing: state.missing };
    case "steady":
      return null;
    default:
      return state satisfies never;
  }
}

/** Calls `onBegun` once the answer's turn has begun, which may be long before its first step. */
async function* begun<T>(steps: AsyncGenerator<T, void>, onBegun: () => void): AsyncGenerator<T, void> {
  try {
    const first = steps.next();
    onBegun();
    for (let next = await first; next.done !== true; next = await steps.next()) yield next.value;
  } finally {
    await steps.return();
  }
}

async function pushAll(stream: TextStream, ids: readonly number[]): Promise<string> {
  let text = "";
  for (const id of ids) text += await stream.push(id);
  return text;
}

/** Of an answer that was stopped before its first token. */
const noStats: Done["stats"] = {
  tabs: 0,
  hops: [],
  promptTokens: 0,
  reusedTokens: 0,
  answerTokens: 0,
  firstTokenMs: 0,
  tokensPerSecond: null,
  repairs: [],
  laps: { count: 0, totalUs: 0, times: { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 } },
};
