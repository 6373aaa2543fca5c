import { createStore, type StoreApi } from "zustand/vanilla";
import type { Answer } from "./answer.ts";
import type { ChatState } from "./chat.ts";
import type { ChatKeeper } from "./chat-keeper.ts";
import type { ChatParts } from "./chat-parts.ts";
import { type Changeable, changed, type Conversation, type Exchange, pathTo } from "./conversation.ts";
import { mergeConversations } from "./merge.ts";

/** The chat that is open: what is in the store, and gets from there to where it is kept. */
export interface OpenChat {
  readonly store: StoreApi<ChatState>;
  readonly conversation: () => Conversation;
  readonly find: (key: string) => Exchange | null;
  /** Changes what two windows may both change, and notes when. */
  readonly change: <K extends Changeable>(name: K, value: Conversation[K]) => void;
  patch(key: string, alter: (answer: Answer) => Answer): void;
  /** As the person typed it here, which from then on no other window's draft replaces. */
  type(draft: string): void;
  /** Shows what is already written down, or will be with what comes next. */
  adopt(next: Conversation): void;
  /** Takes over what another window wrote down of this chat. */
  join(theirs: Conversation): void;
  /** What `work` changes is not written down. */
  quietly(work: () => void): void;
  /** One that has not begun. */
  blank(id: string): Conversation;
}

export function createOpenChat(parts: ChatParts, keeper: ChatKeeper): OpenChat {
  const { now, newDraft } = parts;
  let isQuiet = false;
  /** The chat that the person has typed in, in this window. */
  let typedIn: string | null = null;
  const blank = (id: string): Conversation => ({
    id,
    title: null,
    pinned: false,
    createdAtMs: now(),
    usedAtMs: now(),
    exchanges: [],
    head: null,
    settings: parts.newSettings(),
    draft: newDraft?.read() ?? "",
    waiting: [],
    changed: {},
  });
  const store = createStore<ChatState>()(() => ({
    restoring: false,
    conversation: blank(parts.freshKey()),
    exchanges: [],
    where: parts.where ?? "swarm",
    elsewhere: false,
    saveFault: null,
  }));
  store.subscribe((state, before) => {
    const { conversation: next, restoring } = state;
    if (isQuiet || restoring || next === before.conversation) return;
    if (next.exchanges.length > 0) keeper.save(next);
    else if (next.draft !== before.conversation.draft) newDraft?.write(next.draft);
  });
  keeper.fault.subscribe((saveFault) => store.setState({ saveFault }));

  const conversation = (): Conversation => store.getState().conversation;
  const put = (next: Conversation): void => store.setState({ conversation: next, exchanges: pathTo(next, next.head) });
  const quietly = (work: () => void): void => {
    isQuiet = true;
    work();
    isQuiet = false;
  };
  const change: OpenChat["change"] = (name, value) => put(changed(conversation(), name, value, now()));
  const adopt = (next: Conversation): void => quietly(() => put(next));
  return {
    store,
    conversation,
    find: (key) => conversation().exchanges.find((each) => each.key === key) ?? null,
    change,
    type(draft) {
      typedIn = conversation().id;
      change("draft", draft);
    },
    patch(key, alter) {
      const was = conversation();
      put({
        ...was,
        exchanges: was.exchanges.map((each) => (each.key === key ? { ...each, answer: alter(each.answer) } : each)),
      });
    },
    adopt,
    join(theirs) {
      const ours = conversation();
      const { draft } = ours;
      const joined = mergeConversations(ours, theirs);
      if (typedIn !== ours.id) return adopt(joined);
      // Its own time stays with it, so that a field that is empty here does not empty another window's.
      adopt({ ...joined, draft, changed: { ...joined.changed, draft: ours.changed.draft ?? 0 } });
      // The other window has emptied its own, which is not this one's.
      if (draft !== "" && theirs.draft === "") change("draft", draft);
    },
    quietly,
    blank,
  };
}
