import { useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { usePage } from "../app/page.ts";
import type { ChatState } from "./chat.ts";
import { addressOf, chatIn } from "./chat-address.ts";
import { running } from "./conversation.ts";

/** Keeps the address and the open chat the same: `/` for a chat that has not begun, `/c/<id>` for every other. */
export function useAddress(): void {
  const { chat } = usePage();
  const [location, navigate] = useLocation();
  // All of it: a chat that begins is still the page that was opened.
  const search = useSearch();
  const query = search === "" ? "" : `?${search.replace(/^\?/, "")}`;
  const handled = useRef<string | null>(null);

  useEffect(() => {
    const first = handled.current === null;
    if (handled.current === location) return;
    handled.current = location;
    const id = chatIn(location);
    const { conversation, exchanges } = chat.store.getState();
    if (id !== null) {
      void chat.open(id);
    } else if (conversation.exchanges.length > 0) {
      // Who comes back from another page finds the chat again, and no running answer ends by a look at the beginning.
      if (first || running(exchanges) !== null) {
        handled.current = addressOf(conversation.id);
        navigate(handled.current + query, { replace: true });
      } else chat.newChat();
    }
  }, [chat, query, location, navigate]);

  useEffect(
    () =>
      chat.store.subscribe((state, before) => {
        const wanted = addressFor(state);
        if (wanted === addressFor(before) || wanted === handled.current) return;
        // What has just begun takes the place of the empty page, and a chat that is not there leaves no trace.
        const replace = state.conversation.id === before.conversation.id;
        handled.current = wanted;
        navigate(wanted + query, { replace });
      }),
    [chat, query, navigate],
  );
}

function addressFor({ conversation: { id, exchanges }, restoring }: ChatState): string {
  return exchanges.length > 0 || restoring ? addressOf(id) : "/";
}
