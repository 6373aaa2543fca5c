import type { Problem } from "@potluck/donor";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChatKeeper, ChatNews, Release } from "../conversation/chat-keeper.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { chatRecord, readChat } from "../conversation/kept-chat.ts";
import { mergeConversations } from "../conversation/merge.ts";
import { entryOf } from "./entry.ts";
import type { ChatShelf } from "./indexed-chats.ts";

/** What windows of one browser tell each other: that a chat was changed, or deleted. */
export interface Note {
  readonly id: string;
  readonly deleted: boolean;
}

/** The browser's channel between windows; what is posted comes to the others only. */
export interface NoteChannel {
  post(note: Note): void;
  onNote(listener: (note: Note) => void): void;
  /** Called after this window has told the others something. */
  onPosted(listener: () => void): void;
}

export interface KeeperParts {
  readonly shelf: ChatShelf;
  readonly channel: NoteChannel;
  /** Null where the browser has none, as on a page without TLS; then windows don't wait for one another. */
  readonly locks: Pick<LockManager, "request"> | null;
  /** Wall clock, in ms. */
  readonly now: () => number;
  /** Aborts when a page has waited long enough for its chat. */
  readonly deadline: () => AbortSignal;
  /** Aborts when the page before this one has had time enough to go; null on a page that is no reload. */
  readonly patience: () => AbortSignal | null;
}

export interface PageKeeper extends ChatKeeper {
  /** Writes what `save` holds back: the page may be closed without another word. */
  flush(): void;
  /**
   * Flushes, and while the page is leaving takes nothing more: how its answers end then is the page's end and not theirs.
   * A page that comes back says so.
   */
  leaving(now: boolean): void;
}

/** Text alone is written this often: what a crash may cost, against writing a long chat for every token. */
const textEveryMs = 1000;

const notKept: Problem = {
  code: "storage-full",
  id: "chatsNotKept",
  what: "This browser does not let the page keep your chats.",
  advice: "Delete old chats or free some disk space, and leave private browsing; until then export what you need.",
};

/** Keeps chats over reloads, and joins what windows make of them. A storage that fails costs only that. */
export function keepChats({ shelf, channel, locks, now, deadline, patience }: KeeperParts): PageKeeper {
  const fault: StoreApi<Problem | null> = createStore<Problem | null>()(() => null);
  let savedForm = "";
  let savedAtMs = -Infinity;
  const held = new Map<string, Conversation>();
  /** Locks that this page let go, until the browser has freed them. */
  const lettingGo = new Map<string, Promise<void>>();
  let writing = false;
  let left = false;

  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    // One write at a time, and of all that came meanwhile only the newest.
    for (let next = take(); next !== null; next = take()) {
      const chat = next;
      savedAtMs = now();
      try {
        await shelf.update(chat.id, (kept) => {
          const theirs = readChat(kept);
          const joined = theirs === null ? chat : mergeConversations(chat, theirs);
          return { chat: chatRecord(joined), entry: entryOf(joined) };
        });
        fault.setState(null, true);
        channel.post({ id: chat.id, deleted: false });
      } catch {
        // The chat lives on in the page, which says so once.
        if (fault.getState() === null) fault.setState(notKept, true);
      }
    }
    writing = false;
  }
  function take(): Conversation | null {
    for (const [id, chat] of held) {
      held.delete(id);
      return chat;
    }
    return null;
  }

  async function load(id: string): Promise<Conversation | null> {
    const signal = deadline();
    const late = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null)));
    try {
      return readChat(await Promise.race([shelf.read(id), late]));
    } catch {
      return null;
    }
  }

  /** Null where the lock can't be had. */
  async function hold(id: string, how: LockOptions): Promise<Release | null> {
    if (locks === null) return () => undefined;
    // The browser frees a lock a little after it was let go: this window must not take its own for another one's.
    await lettingGo.get(id);
    return await new Promise((resolve) => {
      const held = (lock: Lock | null): Promise<void> | null => {
        if (lock === null) {
          resolve(null);
          return null;
        }
        return new Promise((release) =>
          resolve(() => {
            lettingGo.set(id, freed);
            release();
          }),
        );
      };
      const freed = locks.request(`potluck.writing.${id}`, how, held).then(
        () => void lettingGo.delete(id),
        () => resolve(null),
      );
    });
  }

  return {
    fault,
    load,
    save(chat) {
      if (left) return;
      held.set(chat.id, chat);
      const form = formOf(chat);
      if (form === savedForm && now() - savedAtMs < textEveryMs) return;
      savedForm = form;
      void write();
    },
    drop: (id) => void held.delete(id),
    claim(id, how) {
      const signal = how === "now" ? null : patience();
      return hold(id, signal === null ? { ifAvailable: true } : { signal });
    },
    whenFree: (id, signal) => hold(id, { signal }),
    onNews(listener: (news: ChatNews) => void) {
      channel.onNote(({ id, deleted }) => {
        if (deleted) listener({ id, conversation: null });
        else void load(id).then((conversation) => conversation !== null && listener({ id, conversation }));
      });
    },
    flush: () => void write(),
    leaving(isLeaving) {
      left = isLeaving;
      void write();
    },
  };
}

/** What is written at once when it changes: all but the text of an answer and of a draft. */
function formOf({ id, exchanges, changed }: Conversation): string {
  const answers = exchanges.map(({ key, answer: { state, round } }) => [
    key,
    round,
    state.kind === "streaming" ? state.stage.kind : state.kind,
  ]);
  return JSON.stringify([id, answers, { ...changed, draft: 0 }]);
}
