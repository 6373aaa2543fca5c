/** One answer from its prompt, or from where an earlier page left it, to its end. */
import type { Clock } from "@potluck/link";
import { AnswerFailed, type AnswerStep, type AskerSession, type SessionState } from "@potluck/pipeline";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import { createAnswerMeter } from "./answer-meter.ts";
import type { AskEvent, AskRequest } from "./asker.ts";
import { type Chat, contextStepTokens } from "./chat.ts";
import type { Presence } from "./presence.ts";
import type { TextStream, Texts } from "./texts.ts";
import type { Unfinished, UnfinishedBook } from "./unfinished.ts";

export interface AnswerParts {
  readonly texts: Texts;
  readonly chat: Chat;
  readonly book: UnfinishedBook;
  readonly presence: Presence;
  readonly clock: Clock;
}

export type Done = AskEvent & { readonly kind: "done" };

/** Sessions that an answer may lose, KV and all, before it is given up. */
const maxSessions = 3;

/** Throws a ProblemError, an {@link AnswerFailed}, or the signal's reason; the last event otherwise is `done`. */
export async function runAnswer(
  { texts, chat, book, presence, clock }: AnswerParts,
  request: AskRequest,
  left: Unfinished | null,
  emit: (event: AskEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const text = await texts.open(request.modelId, signal);
  const promptIds = left?.promptIds ?? (await text.encodeChat(request.messages));
  const promptTokens = promptIds.length;
  const ids = [...(left?.ids ?? request.known ?? [])];
  const room = text.maxPositions - promptTokens;
  // DN9.
  if (room <= ids.length) throw new ProblemError(problems.contextFull(promptTokens + ids.length, text.maxPositions));
  // What is known of it is no reason to give nothing more.
  const longest = Math.min(Math.max(left?.maxNewTokens ?? request.maxNewTokens, ids.length + 1), room);
  const wanted = Math.ceil((promptTokens + longest) / contextStepTokens) * contextStepTokens;
  let maxNewTokens = longest;
  /** What the next page would go on with. A session whose turn has not begun is none. */
  let snapshot = (): SessionState | null => left?.session ?? null;
  const keep = (): void => book.keep(() => ({ request, promptIds, ids: [...ids], maxNewTokens, session: snapshot() }));
  signal.throwIfAborted();
  keep();
  const stream = await text.stream();

  const openSession = async (from: SessionState | null): ReturnType<Chat["open"]> => {
    const known = ids.length;
    const opened = await chat.open(
      {
        request,
        text,
        promptTokens: promptTokens + known,
        maxNewTokens: longest - known,
        // A session that is taken over keeps what was reserved for it, which is enough.
        contextTokens: from?.route.contextTokens ?? Math.min(text.maxPositions, wanted),
        left: from,
        carriesOn: known > 0 || left !== null,
      },
      emit,
      signal,
    );
    return { ...opened, maxNewTokens: opened.maxNewTokens + known };
  };

  const inSession = async (from: SessionState | null): Promise<Done> => {
    const known = ids.length;
    const opened = await openSession(from);
    const session: AskerSession = opened.session;
    maxNewTokens = opened.maxNewTokens;
    const reused = session.reusable(promptIds);
    // Hops that are taken over have read what there is to read.
    const reading = opened.takenOver
      ? null
      : ({ kind: "reading", promptTokens: promptTokens + known - reused } as const);
    if (reading !== null) emit(reading);
    const meter = createAnswerMeter(session, { tokens: promptTokens, reused, known }, () => clock.now(), opened.legs);
    let end: Done["end"] = "stopped";
    const { stopTokens } = text;
    const wish = { promptIds, answered: [...ids], maxNewTokens, sampling: request.sampling, stopTokens };
    const onBegun = (): void => {
      if (request.where === "swarm") snapshot = () => session.snapshot();
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
      chat.counted(ids.length - known);
      if (step.end === null) keep();
      // Cut short by the model or by the donors' memory, so raising the answer's longest length would not help.
      else end = step.end === "length" && maxNewTokens < request.maxNewTokens ? "context-full" : step.end;
      const piece = step.end === "stop-token" ? "" : await stream.push(step.id);
      emit({ kind: "text", text: piece, answerTokens: ids.length, id: step.id });
    }
    return { kind: "done", end, stats: meter.stats() };
  };

  /** RP16: hops that have forgotten the chat do not end an answer whose ids are known. */
  const throughSessions = async (): Promise<Done> => {
    for (let sessions = 1; ; sessions++) {
      try {
        return await inSession(sessions === 1 ? (left?.session ?? null) : null);
      } catch (error) {
        if (signal.aborted || sessions >= maxSessions || !isForgotten(error)) throw error;
        chat.drop();
      }
    }
  };

  let done: Done;
  let rest = "";
  try {
    if (ids.length > 0) {
      const told = await pushAll(stream, ids);
      emit({ kind: "text", text: told, answerTokens: ids.length, id: -1, ids: [...ids] });
    }
    done = await throughSessions();
  } finally {
    // Also when the answer broke off: the text worker keeps a stream until it is finished.
    rest = await stream.finish().catch(() => "");
  }
  if (rest !== "") emit({ kind: "text", text: rest, answerTokens: ids.length, id: -1 });
  await presence.here();
  book.forget();
  chat.settle();
  emit(done);
}

function isForgotten(error: unknown): boolean {
  return error instanceof AnswerFailed && (error.reason === "kv-missing" || error.reason === "lease-expired");
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
