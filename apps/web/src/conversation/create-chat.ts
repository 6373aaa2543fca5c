import type { AskEvent, Asker, AskRequest } from "@potluck/donor";
import type { ModelId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import { PageError, problemOf } from "../tab/page-error.ts";
import { afterEvent, type Answer, type AnswerState, canContinue, retelling } from "./answer.ts";
import type { Chat, ChatState } from "./chat.ts";
import { type ChatKeeper, keepNothing, type Release } from "./chat-keeper.ts";
import {
  type Changeable,
  changed,
  type ChatSettings,
  type Conversation,
  type Exchange,
  newestUnder,
  pathTo,
  questionTooLong,
  turnsFor,
} from "./conversation.ts";
import { cutOff, writtenElsewhere } from "./kept-chat.ts";
import { mergeConversations } from "./merge.ts";

export interface ChatParts {
  readonly asker: Asker;
  /** Where answers are computed at first; the swarm where this is missing. */
  readonly where?: AskRequest["where"];
  /** The model to ask, once it is known: the wanted one where it can be had. Rejects with a problem when none becomes known. */
  readonly model: (
    wanted: ModelId | null,
    signal: AbortSignal,
  ) => Promise<{ readonly id: ModelId; readonly name: string }>;
  /** What a new chat begins with. */
  readonly newSettings: () => ChatSettings;
  /** 32 random bits. */
  readonly randomSeed: () => number;
  /** A name that no other has, in no tab. */
  readonly freshKey: () => string;
  /** Wall clock, in ms. */
  readonly now: () => number;
  /** The asker's unfinished answer. Rejects with a problem when that does not become known. */
  readonly unfinished: (signal: AbortSignal) => Promise<AskRequest | null>;
  /** Whether the swarm can be asked now; the listener is called when that changes. Always where this is missing. */
  readonly online?: { readonly now: () => boolean; readonly subscribe: (listener: () => void) => void };
  /** Keeps chats over reloads; without it a chat lives as long as the page. */
  readonly keeper?: ChatKeeper;
  /** What is typed for a chat that has not begun, which is in no history yet. */
  readonly newDraft?: { readonly read: () => string; readonly write: (draft: string) => void };
}

interface Run {
  readonly key: string;
  readonly controller: AbortController;
}

/** The open chat, and what drives it. */
export function createChat(parts: ChatParts): Chat {
  const { asker, freshKey, now, keeper = keepNothing() } = parts;
  let current: Run | null = null;
  /** Settles when the asker is through with everything asked so far, since it answers one question at a time. */
  let tail: Promise<void> = Promise.resolve();
  /** Of the chat that is open: aborts when another one is opened. */
  let opened = new AbortController();
  /** Whether what is being put into the store is what another window or the storage said. */
  let adopting = false;
  let loaded: Promise<void> = Promise.resolve();
  let isDraining = false;

  const blank = (id: string): Conversation => ({
    id,
    title: null,
    pinned: false,
    createdAtMs: now(),
    usedAtMs: now(),
    exchanges: [],
    head: null,
    settings: parts.newSettings(),
    draft: parts.newDraft?.read() ?? "",
    waiting: [],
    changed: {},
  });
  const store = createStore<ChatState>()(() => ({
    restoring: false,
    conversation: blank(freshKey()),
    exchanges: [],
    where: parts.where ?? "swarm",
    elsewhere: false,
    saveFault: null,
  }));
  const conversation = (): Conversation => store.getState().conversation;

  const put = (next: Conversation): void => store.setState({ conversation: next, exchanges: pathTo(next, next.head) });
  const adopt = (next: Conversation): void => {
    adopting = true;
    put(next);
    adopting = false;
  };
  /** Changes what two windows may both change, and notes when. */
  const change = <K extends Changeable>(name: K, value: Conversation[K]): void =>
    put(changed(conversation(), name, value, now()));
  const patch = (key: string, alter: (answer: Answer) => Answer): void => {
    const was = conversation();
    put({
      ...was,
      exchanges: was.exchanges.map((each) => (each.key === key ? { ...each, answer: alter(each.answer) } : each)),
    });
  };
  const settle = (run: Run, state: AnswerState): void => {
    if (current === run) patch(run.key, (answer) => ({ ...answer, state }));
  };
  const find = (key: string): Exchange | null => conversation().exchanges.find((each) => each.key === key) ?? null;
  const isFree = (): boolean => current === null && !store.getState().elsewhere && !store.getState().restoring;

  /** Drives one answer to its end, from when the one `before` it is through. */
  async function drive(
    run: Run,
    before: Promise<void>,
    right: Release | null,
    open: (signal: AbortSignal) => Promise<AsyncIterable<AskEvent>>,
    after: typeof afterEvent,
  ): Promise<void> {
    const { signal } = run.controller;
    let release = right;
    try {
      release ??= await keeper.claim(conversation().id, "now");
      if (release === null) throw new PageError(writtenElsewhere);
      await before;
      signal.throwIfAborted();
      for await (const event of await open(signal)) {
        if (current === run) patch(run.key, (answer) => after(answer, event));
      }
    } catch (error) {
      if (!signal.aborted) settle(run, { kind: "failed", problem: problemOf(error) });
    } finally {
      // An asker that ends without `done` was stopped, or has a bug that must not leave a caret blinking for ever.
      if (current === run && find(run.key)?.answer.state.kind === "streaming") {
        settle(run, signal.aborted ? stopped : { kind: "failed", problem: problemOf(undefined) });
      }
      if (current === run) current = null;
      release?.();
    }
    void drain(false);
  }

  /** Asks what stands at `key`, from `answer` on. */
  function begin({ key, parent, question }: Exchange, from: Answer, right: Release | null = null): void {
    const run: Run = { key, controller: new AbortController() };
    current = run;
    const { settings, ...was } = conversation();
    const { where } = store.getState();
    const seed = from.seed ?? settings.seed ?? parts.randomSeed();
    const { temperature, topK, topP, minP, repetitionPenalty } = settings;
    const answer: Answer = {
      ...from,
      where,
      seed: temperature === 0 ? null : seed,
      state: { kind: "streaming", stage: { kind: "starting" } },
    };
    patch(key, () => answer);
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
    const open = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> => {
      const model = await parts.model(wanted, signal);
      // Its tokens mean nothing to another model.
      if (answer.ids.length > 0 && answer.model !== null && answer.model.id !== model.id)
        throw new PageError(otherModel);
      if (current === run) patch(key, (now) => ({ ...now, model }));
      return asker.ask({ ...request, modelId: model.id }, signal);
    };
    tail = drive(run, tail, right, open, answer.text === "" ? afterEvent : retelling(answer));
  }

  /** Puts another exchange after `parent`, and asks it. */
  function add(parent: string | null, question: string, asked: string | null, right: Release | null = null): void {
    const key = freshKey();
    const exchange: Exchange = {
      key,
      parent,
      asked: asked ?? key,
      question,
      askedAtMs: now(),
      answer: unasked(store.getState().where),
    };
    const was = conversation();
    // Empties it while the chat still counts as one that has not begun.
    if (was.exchanges.length === 0) parts.newDraft?.write("");
    adopt({ ...was, exchanges: [...was.exchanges, exchange], usedAtMs: now() });
    change("head", key);
    begin(exchange, exchange.answer, right);
  }

  /** Asks again, or goes on, in the place of an answer. */
  function again(exchange: Exchange, keeps: boolean): void {
    const { answer } = exchange;
    const round = answer.round + 1;
    adopt({ ...conversation(), usedAtMs: now() });
    begin(exchange, keeps ? { ...answer, round } : { ...unasked(store.getState().where), round });
  }

  const canAsk = (): boolean => store.getState().where === "this-tab" || (parts.online?.now() ?? true);

  /** Asks the first that waits in line, if it can be asked. After a failure only when the person has said more since. */
  async function drain(urged: boolean): Promise<void> {
    const ready = (): boolean => {
      const last = store.getState().exchanges.at(-1);
      const blocked = last?.answer.state.kind === "failed" && !urged;
      return isFree() && canAsk() && conversation().waiting.length > 0 && !blocked;
    };
    if (isDraining || !ready()) return;
    isDraining = true;
    const { id } = conversation();
    const release = await keeper.claim(id, "now");
    // Another window may just have asked it.
    const kept = release === null ? null : await keeper.load(id);
    isDraining = false;
    if (release === null) return;
    if (conversation().id === id && kept !== null) adopt(mergeConversations(conversation(), kept));
    const [first, ...rest] = conversation().waiting;
    if (conversation().id !== id || !ready() || first === undefined) return release();
    change("waiting", rest);
    add(conversation().head, first, null, release);
  }

  /** Goes on with an answer that a reload interrupted, if the asker still knows it. */
  function carryOn({ key, answer }: Exchange, release: Release): void {
    const run: Run = { key, controller: new AbortController() };
    current = run;
    const open = async (signal: AbortSignal): Promise<AsyncIterable<AskEvent>> => {
      const request = await parts.unfinished(signal);
      if (request?.key !== key) throw new PageError(cutOff);
      return asker.carryOn(signal);
    };
    tail = drive(run, tail, release, open, retelling(answer));
  }

  /** Waits until the other window has written, then shows what it left. */
  async function watch(signal: AbortSignal): Promise<void> {
    if (store.getState().elsewhere) return;
    store.setState({ elsewhere: true });
    const { id } = conversation();
    const release = await keeper.whenFree(id, signal);
    if (release === null || signal.aborted) return release?.();
    const kept = await keeper.load(id);
    if (!signal.aborted) {
      if (kept !== null) adopt(mergeConversations(conversation(), kept));
      store.setState({ elsewhere: false });
      for (const each of interrupted(conversation())) patch(each.key, cut);
    }
    release();
    void drain(false);
  }

  async function restore(id: string, signal: AbortSignal): Promise<boolean> {
    const kept = await keeper.load(id);
    if (signal.aborted) return kept !== null;
    if (kept === null) {
      store.setState({ restoring: false });
      return false;
    }
    const open = interrupted(kept);
    const release = open.length === 0 ? null : await keeper.claim(id, "a-moment");
    if (signal.aborted) {
      release?.();
      return true;
    }
    // In one step: a chat that is neither being read nor there would be an empty one for a moment.
    adopting = true;
    store.setState({ restoring: false, conversation: kept, exchanges: pathTo(kept, kept.head) });
    adopting = false;
    const newest = open.at(-1);
    if (release === null) {
      if (newest !== undefined) void watch(signal);
    } else {
      for (const each of open) if (each !== newest) patch(each.key, cut);
      if (newest !== undefined) carryOn(newest, release);
    }
    void drain(false);
    return true;
  }

  /** Leaves the open chat: its running answer is stopped, and nothing that arrives later shows. */
  function leave(): void {
    opened.abort();
    opened = new AbortController();
    quit();
  }
  function quit(): void {
    const run = current;
    if (run === null) return;
    settle(run, stopped);
    current = null;
    run.controller.abort();
  }
  function become(next: Conversation, restoring: boolean): void {
    leave();
    tail = tail.then(() => asker.endChat());
    adopting = true;
    store.setState({ restoring, conversation: next, exchanges: [], elsewhere: false });
    adopting = false;
  }

  store.subscribe((state, before) => {
    const { conversation: next, restoring } = state;
    if (adopting || restoring || next === before.conversation) return;
    if (next.exchanges.length > 0) keeper.save(next);
    else if (next.draft !== before.conversation.draft) parts.newDraft?.write(next.draft);
  });
  keeper.fault.subscribe((saveFault) => store.setState({ saveFault }));
  keeper.onNews(({ id, conversation: theirs }) => {
    const ours = conversation();
    if (id !== ours.id) return;
    if (theirs === null) {
      // How its answer ends is not written down any more.
      adopting = true;
      quit();
      adopting = false;
      keeper.drop(id);
      return become(blank(freshKey()), false);
    }
    adopt(mergeConversations(ours, theirs));
    if (current === null && interrupted(conversation()).length > 0) void watch(opened.signal);
    void drain(false);
  });
  parts.online?.subscribe(() => void drain(false));

  const chat: Chat = {
    store,
    send(question) {
      const text = question.trim();
      const { restoring, elsewhere } = store.getState();
      if (text === "" || elsewhere) return;
      if (restoring) return void loaded.then(() => chat.send(text));
      if (conversation().draft !== "") change("draft", "");
      if (current === null && canAsk() && conversation().waiting.length === 0)
        return add(conversation().head, text, null);
      change("waiting", [...conversation().waiting, text]);
      void drain(true);
    },
    stop: () => current?.controller.abort(),
    regenerate(key) {
      const exchange = find(key);
      if (exchange !== null && isFree()) add(exchange.parent, exchange.question, exchange.asked);
    },
    edit(key, question) {
      const exchange = find(key);
      const text = question.trim();
      if (exchange === null || text === "" || !isFree()) return;
      add(exchange.parent, text, text === exchange.question ? exchange.asked : null);
    },
    continueAnswer(key) {
      const exchange = find(key);
      if (exchange !== null && isFree() && canContinue(exchange.answer)) again(exchange, true);
    },
    show(key) {
      if (find(key) !== null) change("head", newestUnder(conversation(), key));
    },
    retry() {
      const last = store.getState().exchanges.at(-1);
      if (last !== undefined && isFree()) again(last, canContinue(last.answer));
    },
    moveTo(where) {
      if (store.getState().where === where) return;
      store.setState({ where });
      const waiting = current === null ? null : find(current.key);
      if (waiting !== null && waiting.answer.text === "") {
        quit();
        again(waiting, false);
      }
      void drain(false);
    },
    newChat() {
      // A question that did not fit is what the new chat is for.
      const carried = questionTooLong(store.getState()) === null ? "" : conversation().draft;
      become(blank(freshKey()), false);
      if (carried !== "") change("draft", carried);
    },
    open(id) {
      if (conversation().id === id) return Promise.resolve(true);
      become({ ...blank(id), draft: "" }, true);
      const found = restore(id, opened.signal);
      loaded = found.then(() => undefined);
      return found;
    },
    setDraft(draft) {
      if (draft !== conversation().draft) change("draft", draft);
    },
    unqueue: (index) =>
      change(
        "waiting",
        conversation().waiting.filter((_, i) => i !== index),
      ),
    changeSettings(changes) {
      change("settings", { ...conversation().settings, preset: null, ...changes });
    },
  };
  return chat;
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

const interrupted = ({ exchanges }: Conversation): Exchange[] =>
  exchanges.filter((each) => each.answer.state.kind === "streaming");

const cut = (answer: Answer): Answer => ({ ...answer, state: { kind: "failed", problem: cutOff } });

const otherModel = {
  code: "refused",
  what: "The model that began this answer can't be asked now.",
  advice: "Choose it again when it is being served, or ask the question anew.",
} as const;
