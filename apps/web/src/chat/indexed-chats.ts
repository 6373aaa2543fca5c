import { createStore, del, entries, get, promisifyRequest } from "idb-keyval";
import type { ChatStorage } from "./keep-chat.ts";

/** Chats in the browser's IndexedDB, which is opened with the first use. */
export function indexedChats(name = "potluck-chats"): ChatStorage {
  const store = createStore(name, "chats");
  // Asynchronous functions, since a browser that forbids storage may throw at once.
  return {
    get: async (key) => await get<unknown>(key, store),
    set: async (key, record) =>
      await store("readwrite", (chats) => {
        chats.put(record, key);
        // A page that closes takes along what it has not asked to be committed.
        chats.transaction.commit();
        return promisifyRequest(chats.transaction);
      }),
    delete: async (key) => await del(key, store),
    entries: async () => await entries<string, unknown>(store),
  };
}
