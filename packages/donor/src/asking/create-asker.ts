/** What a page asks with: one answer at a time, and the one that the page before it left. */
import { AnswerFailed } from "@potluck/pipeline";
import { problemOf } from "../donation/problem-of.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { AskEvent, Asker, AskRequest } from "./asker.ts";
import { eventStream } from "./event-stream.ts";
import { type AnswerParts, type Done, runAnswer } from "./run-answer.ts";
import type { Unfinished } from "./unfinished.ts";

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

export function createAsker(parts: AnswerParts): PageAsker {
  const { chat, book, presence } = parts;
  let running = 0;

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
        await runAnswer(parts, found.request, left, emit, signal);
      } catch (error) {
        // What breaks because the page goes away is no failure: the next page carries the answer on.
        await presence.here();
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

  /** Nobody carries it on any more. Once an answer was begun or carried on in this page there is none. */
  const giveUpLeft = (): void => {
    void book.left().then((left) => {
      if (left?.session) chat.giveUp(left.session);
    });
  };

  return {
    ask(request, outer) {
      giveUpLeft();
      return run(async () => ({ request, left: null }), outer);
    },
    unfinished: async () => (await book.left())?.request ?? null,
    carryOn: (outer) =>
      run(async () => {
        const left = await book.left();
        if (left === null) throw new ProblemError(problems.internal("there is no unfinished answer"));
        return { request: left.request, left };
      }, outer),
    endChat() {
      giveUpLeft();
      book.forget();
      chat.end();
    },
    hide() {
      if (running === 0) chat.end();
      else {
        presence.leave();
        book.freeze(true);
        chat.leave();
      }
      return running > 0;
    },
    show() {
      presence.back();
      book.freeze(false);
      chat.back();
    },
  };
}

/** Of an answer that was stopped before its first token. */
const noStats: Done["stats"] = {
  tabs: 0,
  hops: [],
  promptTokens: 0,
  reusedTokens: 0,
  answerTokens: 0,
  knownTokens: 0,
  firstTokenMs: 0,
  tokensPerSecond: null,
  repairs: [],
  laps: { count: 0, totalUs: 0, times: { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 } },
};
