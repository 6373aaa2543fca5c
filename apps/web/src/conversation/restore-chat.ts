import type { Answering } from "./answering.ts";
import type { ChatKeeper } from "./chat-keeper.ts";
import { pathTo } from "./conversation.ts";
import { cutShort, interrupted } from "./interrupted.ts";
import type { OpenChat } from "./open-chat.ts";

/**
 * Puts a kept chat in the place of the open one, and goes on with an answer that was interrupted, unless another window
 * writes it: then it is watched. False where there is none with this id. Nothing happens after `signal` aborted.
 */
export async function restoreChat(
  id: string,
  parts: {
    readonly keeper: ChatKeeper;
    readonly open: OpenChat;
    readonly answering: Answering;
    readonly watch: (signal: AbortSignal) => void;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { keeper, open, answering, watch, signal } = parts;
  const kept = await keeper.load(id);
  if (signal.aborted) return kept !== null;
  if (kept === null) {
    open.store.setState({ restoring: false });
    return false;
  }
  const unfinished = interrupted(kept);
  const release = unfinished.length === 0 ? null : await keeper.claim(id, "a-moment");
  if (signal.aborted) {
    release?.();
    return true;
  }
  // In one step: a chat that is neither being read nor there would be an empty one for a moment.
  open.quietly(() => open.store.setState({ restoring: false, conversation: kept, exchanges: pathTo(kept, kept.head) }));
  const newest = unfinished.at(-1);
  if (newest === undefined) return true;
  if (release === null) {
    watch(signal);
    return true;
  }
  for (const each of unfinished) if (each !== newest) open.patch(each.key, cutShort);
  answering.carryOn(newest, release);
  return true;
}
