import type { ChatKeeper } from "./chat-keeper.ts";
import { cutShort, interrupted } from "./interrupted.ts";
import type { OpenChat } from "./open-chat.ts";

/** Waits until the other window has written in the open chat, then shows what it left. Nothing after `signal` aborted. */
export async function watchOtherWindow(keeper: ChatKeeper, open: OpenChat, signal: AbortSignal): Promise<void> {
  const { store } = open;
  if (store.getState().elsewhere) return;
  store.setState({ elsewhere: true });
  const { id } = open.conversation();
  const release = await keeper.whenFree(id, signal);
  if (release === null || signal.aborted) return release?.();
  const kept = await keeper.load(id);
  if (!signal.aborted) {
    if (kept !== null) open.join(kept);
    store.setState({ elsewhere: false });
    for (const each of interrupted(open.conversation())) open.patch(each.key, cutShort);
  }
  release();
}
