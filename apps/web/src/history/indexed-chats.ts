import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** Where chats are kept, and a line about each apart from it. Everything may reject: full, forbidden, blocked, broken. */
export interface ChatShelf {
  read(id: string): Promise<unknown>;
  /** Puts in the place of what is there now what `alter` makes of it, in one transaction; null removes it. */
  update(id: string, alter: (kept: unknown) => Shelved | null): Promise<void>;
  entries(): Promise<readonly unknown[]>;
  chats(): Promise<readonly unknown[]>;
}

export interface Shelved {
  readonly chat: unknown;
  readonly entry: unknown;
}

interface Schema extends DBSchema {
  chats: { key: string; value: unknown };
  entries: { key: string; value: unknown };
}

/** Chats in the browser's IndexedDB, which is opened with the first use. */
export function indexedChats(name = "potluck-history"): ChatShelf {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = (): void => {
    opened = null;
  };
  const open = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore("chats");
        db.createObjectStore("entries");
      },
      // Lets another version of the page change it, and opens it anew with the next use.
      blocking: (_from, _to, event) => {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    opened.catch(forget);
    return opened;
  };

  return {
    read: async (id) => (await open()).get("chats", id),
    async update(id, alter) {
      const transaction = (await open()).transaction(["chats", "entries"], "readwrite");
      const [chats, entries] = [transaction.objectStore("chats"), transaction.objectStore("entries")];
      const next = alter(await chats.get(id));
      const writes =
        next === null
          ? [chats.delete(id), entries.delete(id)]
          : [chats.put(next.chat, id), entries.put(next.entry, id)];
      const done = Promise.all([...writes, transaction.done]);
      // A page that closes takes along what it has not asked to be committed.
      transaction.commit();
      await done;
    },
    entries: async () => (await open()).getAll("entries"),
    chats: async () => (await open()).getAll("chats"),
  };
}
