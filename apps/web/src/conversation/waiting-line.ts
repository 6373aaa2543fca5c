import type { Answering } from "./answering.ts";
import type { ChatKeeper } from "./chat-keeper.ts";
import { mergeConversations } from "./merge.ts";
import type { OpenChat } from "./open-chat.ts";

/** `urged`: the person has said more since, so that a failure before it is no reason to wait. */
export type Drain = (urged: boolean) => Promise<void>;

/** Asks the first question that waits in the open chat's line, if it can be asked. `isReady`: whether anything can. */
export function createWaitingLine(
  keeper: ChatKeeper,
  open: OpenChat,
  answering: Answering,
  isReady: () => boolean,
): Drain {
  let isDraining = false;
  return async (urged) => {
    const ready = (): boolean => {
      const last = open.store.getState().exchanges.at(-1);
      const blocked = last?.answer.state.kind === "failed" && !urged;
      return isReady() && open.conversation().waiting.length > 0 && !blocked;
    };
    if (isDraining || !ready()) return;
    isDraining = true;
    const { id } = open.conversation();
    const release = await keeper.claim(id, "now");
    // Another window may just have asked it.
    const kept = release === null ? null : await keeper.load(id);
    isDraining = false;
    if (release === null) return;
    if (open.conversation().id === id && kept !== null) open.adopt(mergeConversations(open.conversation(), kept));
    const [first, ...rest] = open.conversation().waiting;
    if (open.conversation().id !== id || !ready() || first === undefined) return release();
    open.change("waiting", rest);
    answering.add(open.conversation().head, first, null, release);
  };
}
