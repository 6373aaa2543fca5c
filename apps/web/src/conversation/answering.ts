import type { AskEvent, AskRequest } from "@potluck/donor";
import { PageError, problemOf } from "../tab/page-error.ts";
import { afterEvent, type Answer, type AnswerState, retelling } from "./answer.ts";
import type { ChatKeeper, Release } from "./chat-keeper.ts";
import type { ChatParts } from "./chat-parts.ts";
import { type Exchange, pathTo, turnsFor } from "./conversation.ts";
import { cutOff, writtenElsewhere } from "./kept-chat.ts";
import type { OpenChat } from "./open-chat.ts";

/** The answer that runs in the open chat: one at a time. */
export interface Answering {
  /** Names the exchange whose answer runs; null while none does. */
  current(): string | null;
  /** Puts another exchange after `parent`, and asks it. `right`: to write in this chat, where it is held already. */
  add(parent: string | null, question: string, asked: string | null, right?: Release): void;
  /** Asks again, or goes on, in the place of an answer. */
  again(exchange: Exchange, keeps: boolean): void;
  /** Goes on with an answer that a reload interrupted, if the asker still knows it. */
  carryOn(exchange: Exchange, right: Release): void;
  /** Keeps what has come of it, and waits for the asker's last word. */
  stop(): void;
  /** Stops it, and shows nothing of it that arrives later. */
  quit(): void;
  /**
   * The asker's chat is over, once the asker is through with what runs. `onlyIfAsked`: not where this page has asked nothing
   * yet, since what the page before it left unfinished may be for the chat that is opened now.
   */
  endChat(onlyIfAsked: boolean): void;
}

interface Run {
  readonly key: string;
  readonly controller: AbortController;
}

/** `ended` is called after each answer. */
export function createAnswering(parts: ChatParts, keeper: ChatKeeper, open: OpenChat, ended: () => void): Answering {
  const { asker, freshKey, now } = parts;
  const { store } = open;
  let current: Run | null = null;
  /** Whether the asker was given anything of the open chat. */
  let asked = false;
  /** Settles when the asker is through with everything asked so far, since it answers one question at a time. */
  let tail: Promise<void> = Promise.resolve();

  const settle = (run: Run, state: AnswerState): void => {
    if (current === run) open.patch(run.key, (answer) => ({ ...answer, state }));
  };

  /** Drives one answer to its end, from when the one `before` it is through. */
  async function drive(
    run: Run,
    before: Promise<void>,
    right: Release | null,
    ask: (signal: AbortSignal) => Promise<AsyncIterable<AskEvent>>,
    after: typeof afterEvent,
  ): Promise<void> {
    const { signal } = run.controller;
    const { id } = open.conversation();
    let release = right;
    try {
      // First, since it holds the right to write until then.
      await before;
      release ??= await keeper.claim(id, "now");
      if (release === null) throw new PageError(writtenElsewhere);
      signal.throwIfAborted();
      for await (const event of await ask(signal)) {
        if (current === run) open.patch(run.key, (answer) => after(answer, event));
      }
    } catch (error) {
      if (!signal.aborted) settle(run, { kind: "failed", problem: problemOf(error) });
    } finally {
      // An asker that ends without `done` was stopped, or has a bug that must not leave a caret blinking for ever.
      if (current === run && open.find(run.key)?.answer.state.kind === "streaming") {
        settle(run, signal.aborted ? stopped : { kind: "failed", problem: problemOf(undefined) });
      }
      if (current === run) current = null;
      release?.();
    }
    ended();
  }

  /** Asks what stands at `key`, from `answer` on. */
  function begin({ key, parent, question }: Exchange, from: Answer, right: Release | null): void {
    const run: Run = { key, controller: new AbortController() };
    current = run;
    asked = true;
    const { settings, ...was } = open.conversation();
    const { where } = store.getState();
    const seed = from.seed ?? settings.seed ?? parts.randomSeed();
    const { temperature, topK, topP, minP, repetitionPenalty } = settings;
    const answer: Answer = {
      ...from,
      where,
      seed: temperature === 0 ? null : seed,
      state: { kind: "streaming", stage: { kind: "starting" } },
    };
    open.patch(key, () => answer);
    const request = {
      key,
      messages: turnsFor(pathTo(was, parent), question, settings.system),
      // What it has was as long as was allowed.
      maxNewTokens: answer.ids.length + settings.maxNewTokens,
      sampling: { temperature, topK, topP, minP, repetitionPenalty, seed },
      where,
      ...(answer.ids.length === 0 ? {} : { known: answer.ids }),
    };
    const wanted = answer.ids.length === 0 ? settings.modelId : (answer.model?.id ?? settings.modelId);
    const ask = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> => {
      const model = await parts.model(wanted, signal);
      // Its tokens mean nothing to another model.
      if (answer.ids.length > 0 && answer.model !== null && answer.model.id !== model.id)
        throw new PageError(otherModel);
      if (current === run) open.patch(key, (shown) => ({ ...shown, model }));
      return asker.ask({ ...request, modelId: model.id }, signal);
    };
    tail = drive(run, tail, right, ask, answer.text === "" ? afterEvent : retelling(answer));
  }

  return {
    current: () => current?.key ?? null,
    add(parent, question, asked, right) {
      const key = freshKey();
      const exchange: Exchange = {
        key,
        parent,
        asked: asked ?? key,
        question,
        askedAtMs: now(),
        answer: unasked(store.getState().where),
      };
      const was = open.conversation();
      // Empties it while the chat still counts as one that has not begun.
      if (was.exchanges.length === 0) parts.newDraft?.write("");
      open.adopt({ ...was, exchanges: [...was.exchanges, exchange], usedAtMs: now() });
      open.change("head", key);
      begin(exchange, exchange.answer, right ?? null);
    },
    again(exchange, keeps) {
      const { answer } = exchange;
      const round = answer.round + 1;
      open.adopt({ ...open.conversation(), usedAtMs: now() });
      begin(exchange, keeps ? { ...answer, round } : { ...unasked(store.getState().where), round }, null);
    },
    carryOn({ key, answer }, right) {
      const run: Run = { key, controller: new AbortController() };
      current = run;
      asked = true;
      const ask = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> => {
        const request = await parts.unfinished(signal);
        if (request?.key !== key) throw new PageError(cutOff);
        return asker.carryOn(signal);
      };
      tail = drive(run, tail, right, ask, retelling(answer));
    },
    stop: () => current?.controller.abort(),
    quit() {
      const run = current;
      if (run === null) return;
      settle(run, stopped);
      current = null;
      run.controller.abort();
    },
    endChat(onlyIfAsked) {
      if (onlyIfAsked && !asked) return;
      asked = false;
      tail = tail.then(() => asker.endChat());
    },
  };
}

const stopped: AnswerState = { kind: "done", end: "stopped", stats: null };

const unasked = (where: AskRequest["where"]): Answer => ({
  text: "",
  ids: [],
  model: null,
  where,
  seed: null,
  round: 0,
  state: { kind: "streaming", stage: { kind: "starting" } },
});

const otherModel = {
  code: "refused",
  id: "otherModel",
  what: "The model that began this answer can't be asked now.",
  advice: "Choose it again when it is being served, or ask the question anew.",
} as const;
