import type { Problem } from "@potluck/donor";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Conversation } from "./conversation.ts";

/** What has become of a chat in another window: null when it was deleted. */
export interface ChatNews {
  readonly id: string;
  readonly conversation: Conversation | null;
}

/** Where a chat is kept, and how windows that show the same one agree. Nothing here ever rejects or throws. */
export interface ChatKeeper {
  /** Why chats are not being kept; null while they are. */
  readonly fault: StoreApi<Problem | null>;
  /** The chat as it was kept; null where there is none or it does not come in time. */
  load(id: string): Promise<Conversation | null>;
  /** Writes the chat soon: text of an answer in progress and of a draft waits for its second. */
  save(conversation: Conversation): void;
  /** The chat was deleted: what is held back of it is not written any more. */
  drop(id: string): void;
  /** The right to write answers in this chat; null where another window has it and does not let go in time. */
  claim(id: string, patience: "now" | "a-moment"): Promise<Release | null>;
  /** Waits until no window writes in this chat, and has the right then; null when `signal` aborts. */
  whenFree(id: string, signal: AbortSignal): Promise<Release | null>;
  /** Told when another window has changed or deleted a chat. */
  onNews(listener: (news: ChatNews) => void): void;
}

export type Release = () => void;

/** For a page that keeps nothing. */
export function keepNothing(): ChatKeeper {
  return {
    fault: createStore<Problem | null>()(() => null),
    load: () => Promise.resolve(null),
    save: () => undefined,
    drop: () => undefined,
    claim: () => Promise.resolve(() => undefined),
    whenFree: () => Promise.resolve(() => undefined),
    onNews: () => undefined,
  };
}
