import { createStore, del, entries, get, set } from "idb-keyval";
import type { ChatStorage } from "./keep-chat.ts";

/** Chats in the browser's IndexedDB, which is opened with the first use. */
export function indexedChats(): ChatStorage {
  const store = createStore("potluck-chats", "chats");
  // Asynchronous functions, since a browser that forbids storage may throw at once.
  return {
    get: async (key) => await get<unknown>(key, store),
    set: async (key, record) => await set(key, record, store),
    delete: async (key) => await del(key, store),
    entries: async () => await entries<string, unknown>(store),
  };
}
