import type { Answering } from "./answering.ts";
import type { ChatKeeper, Release } from "./chat-keeper.ts";
import { changed } from "./conversation.ts";
import { interrupted } from "./interrupted.ts";
import type { OpenChat } from "./open-chat.ts";

/** What is sent and can't be asked at once. */
export interface WaitingLine {
  /**
   * Asks the first question that waits in the open chat, if it can be asked. `urged`: the person has said more since, so
   * that a failure before it is no reason to wait.
   */
  drain(urged: boolean): Promise<void>;
  /** Asks it after all that any window knows of this chat, or puts it into the line where another window writes. */
  say(question: string): Promise<void>;
  /** Whether it is still open which of the two becomes of something said. */
  isSaying(): boolean;
}

/** `isReady`: whether anything can be asked. `watch`: waits until the other window is through, then drains. */
export function createWaitingLine(
  { keeper, now }: { readonly keeper: ChatKeeper; readonly now: () => number },
  open: OpenChat,
  answering: Answering,
  { isReady, watch }: { readonly isReady: () => boolean; readonly watch: () => void },
): WaitingLine {
  let isDraining = false;
  /** In no line yet: of two windows that put something into theirs at one moment, one's would be lost. */
  let said: readonly string[] = [];

  /** The right to write in this chat, with what other windows have made of it by now. */
  async function right(id: string): Promise<Release | null> {
    const release = await keeper.claim(id, "now");
    const kept = release === null ? null : await keeper.load(id);
    if (open.conversation().id === id && kept !== null) open.join(kept);
    return release;
  }

  async function drain(urged: boolean): Promise<void> {
    const ready = (): boolean => {
      const last = open.store.getState().exchanges.at(-1);
      const blocked = last?.answer.state.kind === "failed" && !urged;
      return isReady() && open.conversation().waiting.length > 0 && !blocked;
    };
    if (isDraining || !ready()) return;
    isDraining = true;
    const { id } = open.conversation();
    // Another window may just have asked it.
    const release = await right(id);
    isDraining = false;
    if (release === null) return;
    const [first, ...rest] = open.conversation().waiting;
    if (open.conversation().id !== id || !ready() || first === undefined) return release();
    open.change("waiting", rest);
    answering.add(open.conversation().head, first, null, release);
  }

  async function say(question: string): Promise<void> {
    said = [...said, question];
    if (said.length > 1) return;
    const was = open.conversation();
    const release = await right(was.id);
    const all = said;
    said = [];
    const { id, waiting, head } = open.conversation();
    if (id !== was.id) {
      // Left meanwhile: it waits there.
      keeper.save(changed(was, "waiting", [...was.waiting, ...all], now()));
      return release?.();
    }
    const isWritten = release === null || interrupted(open.conversation()).length > 0;
    const asks = !isWritten && isReady() && waiting.length === 0;
    const later = asks ? all.slice(1) : all;
    if (later.length > 0) open.change("waiting", [...waiting, ...later]);
    if (asks) return answering.add(head, all[0] ?? question, null, release);
    release?.();
    if (isWritten) watch();
    else await drain(true);
  }

  return { drain, say, isSaying: () => said.length > 0 };
}
