import type { Problem } from "@potluck/donor";
import * as v from "valibot";
import { createStore } from "zustand/vanilla";
import type { ChatNews } from "../conversation/chat-keeper.ts";
import { changed as changeOf, type Conversation } from "../conversation/conversation.ts";
import { chatRecord, readChat } from "../conversation/kept-chat.ts";
import { mergeConversations } from "../conversation/merge.ts";
import type { Words } from "../i18n/create-words.ts";
import { PageError } from "../tab/page-error.ts";
import { entryOf, entrySchema } from "./entry.ts";
import { exportFile } from "./export-chats.ts";
import type { History, HistoryEntry, HistoryState } from "./history.ts";
import { readExport } from "./import-chats.ts";
import type { ChatShelf } from "./indexed-chats.ts";
import type { NoteChannel } from "./keep-chats.ts";

export interface HistoryParts {
  readonly shelf: ChatShelf;
  readonly channel: NoteChannel;
  readonly words: Words;
  /** Wall clock, in ms. */
  readonly now: () => number;
  readonly freshKey: () => string;
  /** Calls once after so many ms, unless what it gives back is called first. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** The chat that is open in this window hears of its changes here, since a channel speaks to the others only. */
  readonly tell: (news: ChatNews) => void;
}

/** As long as a person needs to see that it was the wrong one. */
const undoMs = 8000;

const unreadable: Problem = {
  code: "storage-full",
  what: "This browser does not let the page read or change your chats.",
  advice: "Leave private browsing or free some disk space, then reload the page.",
};

/** The chats kept in this browser, for all its windows. */
export function createHistory(parts: HistoryParts): History {
  const { shelf, channel, words, now, freshKey, after, tell } = parts;
  const store = createStore<HistoryState>()(() => ({ loading: true, entries: [], removed: null, fault: null }));
  let bin: { readonly record: unknown; readonly entry: HistoryEntry; readonly keep: () => void } | null = null;

  async function load(): Promise<void> {
    try {
      const entries = (await shelf.entries())
        .filter((each): each is HistoryEntry => v.is(entrySchema, each))
        .toSorted(byUse);
      store.setState({ loading: false, entries, fault: null });
    } catch {
      store.setState({ loading: false, fault: unreadable });
    }
  }

  /** Rejects with a problem when the storage does. */
  async function alter(id: string, change: (kept: Conversation) => Conversation | null): Promise<void> {
    let next: Conversation | null = null;
    try {
      await shelf.update(id, (record) => {
        const kept = readChat(record);
        // What can't be read can only be deleted.
        next = kept === null ? null : change(kept);
        return next === null ? null : { chat: chatRecord(next), entry: entryOf(next) };
      });
    } catch (error) {
      store.setState({ fault: unreadable });
      throw new PageError(unreadable, { cause: error });
    }
    channel.post({ id, deleted: next === null });
    tell({ id, conversation: next });
    await load();
  }

  async function chats(ids: readonly string[] | null): Promise<Conversation[]> {
    const all = (await shelf.chats()).flatMap((record) => readChat(record) ?? []);
    const wanted = ids === null ? all : all.filter(({ id }) => ids.includes(id));
    return wanted.toSorted((a, b) => b.usedAtMs - a.usedAtMs);
  }

  const emptyBin = (): void => {
    bin?.keep();
    bin = null;
    store.setState({ removed: null });
  };

  const refresh = (): void => {
    if (!store.getState().loading) void load();
  };
  channel.onNote(refresh);
  channel.onPosted(refresh);

  return {
    store,
    load,
    async search(wanted) {
      const { searchChats } = await import("./search-chats.ts");
      return searchChats(await chats(null), wanted);
    },
    rename: (id, title) =>
      alter(id, (kept) => changeOf(kept, "title", title.trim() === "" ? null : title.trim().slice(0, 200), now())),
    pin: (id, pinned) => alter(id, (kept) => changeOf(kept, "pinned", pinned, now())),
    async remove(id) {
      emptyBin();
      const entry = store.getState().entries.find((each) => each.id === id);
      const record = await shelf.read(id).catch(() => null);
      await alter(id, () => null);
      if (entry === undefined) return;
      bin = { record, entry, keep: after(undoMs, emptyBin) };
      store.setState({ removed: entry });
    },
    async undo() {
      if (bin === null) return;
      const { record, entry } = bin;
      emptyBin();
      const back = readChat(record);
      if (back === null) return;
      await shelf.update(entry.id, () => ({ chat: chatRecord(back), entry: entryOf(back) }));
      channel.post({ id: entry.id, deleted: false });
      await load();
    },
    async exportChats(ids, format) {
      return exportFile(await chats(ids), format, words, now());
    },
    async importChats(file) {
      const read = await readExport(file);
      if (read.kind === "refused") return words(`chat:import.${read.why}`);
      let taken = 0;
      let joined = 0;
      for (const given of read.chats) {
        const kept = readChat(await shelf.read(given.id).catch(() => null));
        const same = kept !== null && isSame(kept, given);
        if (same) {
          joined += 1;
          continue;
        }
        // Never changes what is there: a chat that has grown since comes as another one beside it.
        const chat = kept === null ? given : { ...given, id: freshKey().slice(0, 32) };
        try {
          await shelf.update(chat.id, () => ({ chat: chatRecord(chat), entry: entryOf(chat) }));
        } catch {
          return words("chat:import.full", { count: taken, total: read.chats.length });
        }
        channel.post({ id: chat.id, deleted: false });
        taken += 1;
      }
      await load();
      const sentences = [
        words("chat:import.taken", { count: taken }),
        joined === 0 ? "" : words("chat:import.had", { count: joined }),
        read.broken === 0 ? "" : words("chat:import.broken", { count: read.broken }),
      ];
      return sentences.filter((each) => each !== "").join(" ");
    },
  };
}

/** Whether a chat has all that the other one has. */
function isSame(kept: Conversation, given: Conversation): boolean {
  const text = (chat: Conversation): string => JSON.stringify(chatRecord({ ...chat, changed: {} })["exchanges"]);
  return text(mergeConversations(kept, given)) === text(mergeConversations(kept, kept));
}

function byUse(a: HistoryEntry, b: HistoryEntry): number {
  return Number(b.pinned) - Number(a.pinned) || b.usedAtMs - a.usedAtMs || (a.id < b.id ? -1 : 1);
}
