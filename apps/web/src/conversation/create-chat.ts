import { type Answering, createAnswering } from "./answering.ts";
import { canContinue } from "./answer.ts";
import type { Chat } from "./chat.ts";
import { keepNothing } from "./chat-keeper.ts";
import type { ChatParts } from "./chat-parts.ts";
import { type Conversation, newestUnder, questionTooLong } from "./conversation.ts";
import { interrupted } from "./interrupted.ts";
import { createOpenChat } from "./open-chat.ts";
import { restoreChat } from "./restore-chat.ts";
import { createWaitingLine, type WaitingLine } from "./waiting-line.ts";
import { watchOtherWindow } from "./watch-other-window.ts";

/** The open chat, and what drives it. */
export function createChat(parts: ChatParts): Chat {
  const { freshKey, keeper = keepNothing() } = parts;
  /** Of the chat that is open: aborts when another one is opened. */
  let opened = new AbortController();
  let loaded: Promise<void> = Promise.resolve();

  const open = createOpenChat(parts, keeper);
  const { store, conversation, find, change } = open;
  const answering: Answering = createAnswering(parts, keeper, open, () => void line.drain(false));
  const isIdle = (): boolean =>
    answering.current() === null && !store.getState().elsewhere && !store.getState().restoring;
  const isFree = (): boolean => isIdle() && !line.isSaying();
  const canAsk = (): boolean => store.getState().where === "this-tab" || (parts.online?.now() ?? true);
  const line: WaitingLine = createWaitingLine({ keeper, now: parts.now }, open, answering, {
    isReady: () => isIdle() && canAsk(),
    watch: () => void watch(opened.signal),
  });

  async function watch(signal: AbortSignal): Promise<void> {
    await watchOtherWindow(keeper, open, signal);
    void line.drain(false);
  }

  async function restore(id: string, signal: AbortSignal): Promise<boolean> {
    const found = await restoreChat(id, { keeper, open, answering, watch: (whose) => void watch(whose), signal });
    if (found && !signal.aborted) void line.drain(false);
    return found;
  }

  /** Leaves the open chat: its running answer is stopped, and nothing that arrives later shows. */
  function become(next: Conversation, restoring: boolean): void {
    opened.abort();
    opened = new AbortController();
    answering.quit();
    answering.endChat(restoring);
    open.quietly(() => store.setState({ restoring, conversation: next, exchanges: [], elsewhere: false }));
  }

  keeper.onNews(({ id, conversation: theirs }) => {
    const ours = conversation();
    if (id !== ours.id) return;
    if (theirs === null) {
      // How its answer ends is not written down any more.
      open.quietly(() => answering.quit());
      keeper.drop(id);
      return become(open.blank(freshKey()), false);
    }
    open.join(theirs);
    if (answering.current() === null && interrupted(conversation()).length > 0) void watch(opened.signal);
    void line.drain(false);
  });
  parts.online?.subscribe(() => void line.drain(false));

  const chat: Chat = {
    store,
    send(question) {
      const text = question.trim();
      const { restoring, elsewhere } = store.getState();
      if (text === "" || elsewhere) return;
      if (restoring) return void loaded.then(() => chat.send(text));
      if (conversation().draft !== "") change("draft", "");
      if (answering.current() === null && canAsk() && conversation().waiting.length === 0) {
        // No other window knows a chat that has not begun.
        if (conversation().exchanges.length === 0) return answering.add(null, text, null);
        return void line.say(text);
      }
      change("waiting", [...conversation().waiting, text]);
      void line.drain(true);
    },
    stop: () => answering.stop(),
    regenerate(key) {
      const exchange = find(key);
      if (exchange !== null && isFree()) answering.add(exchange.parent, exchange.question, exchange.asked);
    },
    edit(key, question) {
      const exchange = find(key);
      const text = question.trim();
      if (exchange === null || text === "" || !isFree()) return;
      answering.add(exchange.parent, text, text === exchange.question ? exchange.asked : null);
    },
    continueAnswer(key) {
      const exchange = find(key);
      if (exchange !== null && isFree() && canContinue(exchange.answer)) answering.again(exchange, true);
    },
    show(key) {
      if (find(key) !== null) change("head", newestUnder(conversation(), key));
    },
    retry() {
      const last = store.getState().exchanges.at(-1);
      if (last !== undefined && isFree()) answering.again(last, canContinue(last.answer));
    },
    moveTo(where) {
      if (store.getState().where === where) return;
      store.setState({ where });
      const key = answering.current();
      const waiting = key === null ? null : find(key);
      if (waiting !== null && waiting.answer.text === "") {
        answering.quit();
        answering.again(waiting, false);
      }
      void line.drain(false);
    },
    newChat() {
      // A question that did not fit is what the new chat is for.
      const carried = questionTooLong(store.getState()) === null ? "" : conversation().draft;
      become(open.blank(freshKey()), false);
      if (carried !== "") change("draft", carried);
    },
    open(id) {
      if (conversation().id === id) return Promise.resolve(true);
      become({ ...open.blank(id), draft: "" }, true);
      const found = restore(id, opened.signal);
      loaded = found.then(() => undefined);
      return found;
    },
    setDraft(draft) {
      if (draft !== conversation().draft) open.type(draft);
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
