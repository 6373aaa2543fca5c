import type { Asker, AskRequest } from "@potluck/donor";
import type { ModelId, Sampling } from "@potluck/protocol";
import { createStore, type StoreApi } from "zustand/vanilla";
import { problemOf } from "../tab/page-error.ts";
import { afterEvent, type Answer, type AnswerState, type Exchange, running, turnsFor } from "./chat.ts";

export interface ChatState {
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

/** A chat in memory: exchanges and what drives them. One answer at a time. */
export function createChat(parts: ChatParts): Chat {
  const store = createStore<ChatState>()(() => ({ exchanges: [], where: parts.where ?? "swarm" }));
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

  async function answer(run: Run, request: Omit<AskRequest, "modelId">, before: Promise<void>): Promise<void> {
    const { signal } = run.controller;
    try {
      await before;
      const modelId = await parts.model(signal);
      for await (const event of parts.asker.ask({ ...request, modelId }, signal)) {
        patch(run, (answer) => afterEvent(answer, event));
      }
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
    const exchange: Exchange = {
      id,
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
    tail = answer(run, { messages: turnsFor(before, question), maxNewTokens, sampling, where }, tail);
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
      if (text === "" || running(store.getState().exchanges) !== null) return;
      start(nextId++, text);
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
      store.setState({ exchanges: [] });
      tail = tail.then(() => parts.asker.endChat());
    },
  };
  return chat;
}
