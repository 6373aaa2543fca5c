import type { ChatShelf } from "./indexed-chats.ts";

/** Chats for as long as the page lives. */
export function memoryShelf(): ChatShelf {
  const shelved = new Map<string, { readonly chat: unknown; readonly entry: unknown }>();
  return {
    read: async (id) => shelved.get(id)?.chat,
    async update(id, alter) {
      const next = alter(shelved.get(id)?.chat);
      if (next === null) shelved.delete(id);
      else shelved.set(id, structuredClone(next));
    },
    entries: async () => [...shelved.values()].map(({ entry }) => entry),
    chats: async () => [...shelved.values()].map(({ chat }) => chat),
  };
}
