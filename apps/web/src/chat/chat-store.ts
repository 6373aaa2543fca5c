import type { AskEvent, Asker, AskRequest } from "@potluck/donor";
import type { ModelId, Sampling } from "@potluck/protocol";
import { createStore, type StoreApi } from "zustand/vanilla";
import { PageError, problemOf } from "../tab/page-error.ts";
import { afterEvent, type Answer, type AnswerState, type Exchange, retelling, running, turnsFor } from "./chat.ts";
import type { ChatKeeper } from "./keep-chat.ts";
import { cutOff } from "./kept-chat.ts";

export interface ChatState {
  /** True until the chat of before the reload is here; then there are no exchanges yet. */
  readonly restoring: boolean;
  readonly exchanges: readonly Exchange[];
  /** Where the next answer will be computed. */
  readonly where: AskRequest["where"];
}

export interface AnswerSettings {
  readonly temperature: number;
  readonly maxNewTokens: number;
  /** null: a fresh one for every answer. */
  readonly seed: number | null;
}

export interface ChatParts {
  readonly asker: Asker;
  /** Where answers are computed at first; the swarm where this is missing. */
  readonly where?: AskRequest["where"];
  /** The model to ask, once it is known. Rejects with a problem when it does not become known. */
  readonly model: (signal: AbortSignal) => Promise<ModelId>;
  readonly settings: () => AnswerSettings;
  /** 32 random bits. */
  readonly randomSeed: () => number;
  /** A name for a question that no other has, in no tab. */
  readonly freshKey: () => string;
  /** The asker's unfinished answer. Rejects with a problem when that does not become known. */
  readonly unfinished: (signal: AbortSignal) => Promise<AskRequest | null>;
  /** Keeps the chat over reloads; without it a chat lives as long as the page. */
  readonly keeper?: ChatKeeper;
}

export interface Chat {
  readonly store: StoreApi<ChatState>;
  /** Asks; does nothing while an answer is in progress or when there is nothing but white space. */
  send(question: string): void;
  stop(): void;
  /** Asks the last question again, in the place of its answer. Does nothing while an answer is in progress. */
  retry(): void;
  /** Where to compute from now on. A waiting answer that has no text yet starts again there. */
  moveTo(where: AskRequest["where"]): void;
  newChat(): void;
}

interface Run {
  readonly id: number;
  readonly controller: AbortController;
}

/** The rest of the sampling is the same for everybody until somebody misses a knob. */
const fixedSampling = { topK: 0, topP: 0.95, minP: 0, repetitionPenalty: 1 } as const;

/** A chat: exchanges and what drives them. One answer at a time. */
export function createChat(parts: ChatParts): Chat {
  const store = createStore<ChatState>()(() => ({
    restoring: parts.keeper !== undefined,
    exchanges: [],
    where: parts.where ?? "swarm",
  }));
  let nextId = 1;
  let current: Run | null = null;
  /** Settles when the asker is through with everything asked so far, since it answers one question at a time. */
  let tail: Promise<void> = Promise.resolve();

  const patch = (run: Run, change: (answer: Answer) => Answer): void => {
    if (current !== run) return;
    store.setState(({ exchanges }) => ({
      exchanges: exchanges.map((e) => (e.id === run.id ? { ...e, answer: change(e.answer) } : e)),
    }));
  };
  const settle = (run: Run, state: AnswerState): void => patch(run, (answer) => ({ ...answer, state }));

  /** Drives one answer to its end, from when the one `before` it is through. */
  async function answer(
    run: Run,
    before: Promise<void>,
    open: (signal: AbortSignal) => Promise<AsyncIterable<AskEvent>>,
    after: typeof afterEvent,
  ): Promise<void> {
    const { signal } = run.controller;
    try {
      await before;
      for await (const event of await open(signal)) patch(run, (answer) => after(answer, event));
    } catch (error) {
      if (!signal.aborted) settle(run, { kind: "failed", problem: problemOf(error) });
    } finally {
      // An asker that ends without `done` was stopped, or has a bug that must not leave a caret blinking for ever.
      if (current === run && running(store.getState().exchanges) !== null) {
        settle(
          run,
          signal.aborted
            ? { kind: "done", end: "stopped", stats: null }
            : { kind: "failed", problem: problemOf(undefined) },
        );
      }
      if (current === run) current = null;
    }
  }

  function start(id: number, question: string): void {
    const { exchanges, where } = store.getState();
    const { temperature, maxNewTokens, seed } = parts.settings();
    const chosenSeed = seed ?? parts.randomSeed();
    const before = exchanges.filter((e) => e.id < id);
    const run: Run = { id, controller: new AbortController() };
    current = run;
    const key = parts.freshKey();
    const exchange: Exchange = {
      id,
      key,
      question,
      answer: {
        text: "",
        where,
        seed: temperature === 0 ? null : chosenSeed,
        state: { kind: "streaming", stage: { kind: "starting" } },
      },
    };
    store.setState({ exchanges: [...before, exchange] });
    const sampling: Sampling = { ...fixedSampling, temperature, seed: chosenSeed };
    const request = { key, messages: turnsFor(before, question), maxNewTokens, sampling, where };
    const open = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> =>
      parts.asker.ask({ ...request, modelId: await parts.model(signal) }, signal);
    tail = answer(run, tail, open, afterEvent);
  }

  /** Goes on with an answer that a reload interrupted, if the asker still knows it. */
  function carryOn({ id, key, answer: { text } }: Exchange): void {
    const run: Run = { id, controller: new AbortController() };
    current = run;
    const open = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> => {
      const request = await parts.unfinished(signal);
      if (request?.key !== key) throw new PageError(cutOff);
      return parts.asker.carryOn(signal);
    };
    tail = answer(run, tail, open, retelling(text));
  }

  function restore(exchanges: readonly Exchange[]): void {
    // A new chat was begun meanwhile.
    if (!store.getState().restoring) return;
    nextId = Math.max(0, ...exchanges.map((e) => e.id)) + 1;
    const interrupted = running(exchanges);
    if (interrupted !== null) carryOn(interrupted);
    store.setState({ restoring: false, exchanges });
  }

  function leave(): void {
    const run = current;
    current = null;
    run?.controller.abort();
  }

  const chat: Chat = {
    store,
    send(question) {
      const text = question.trim();
      const { restoring, exchanges } = store.getState();
      if (text === "" || running(exchanges) !== null) return;
      if (restoring) void restored.then(() => chat.send(text));
      else start(nextId++, text);
    },
    stop() {
      current?.controller.abort();
    },
    retry() {
      const last = store.getState().exchanges.at(-1);
      if (last !== undefined && current === null) start(last.id, last.question);
    },
    moveTo(where) {
      if (store.getState().where === where) return;
      store.setState({ where });
      const waiting = running(store.getState().exchanges);
      if (waiting === null || waiting.answer.text !== "") return;
      leave();
      start(waiting.id, waiting.question);
    },
    newChat() {
      leave();
      store.setState({ restoring: false, exchanges: [] });
      tail = tail.then(() => parts.asker.endChat());
    },
  };

  const { keeper } = parts;
  const restored = keeper?.load().then(restore) ?? Promise.resolve();
  if (keeper !== undefined) store.subscribe(({ exchanges }) => keeper.save(exchanges));
  return chat;
}
