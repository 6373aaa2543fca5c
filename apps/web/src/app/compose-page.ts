import type { Tab } from "@potluck/donor";
import { awaitModel } from "../chat/chat-model.ts";
import { createChat } from "../chat/chat-store.ts";
import { createPreferences } from "../preferences/preferences.ts";
import type { Page } from "./page.ts";

/** Long enough for a slow phone to load the swarm's code and hear the first answer. */
const modelDeadlineMs = 30_000;

export function composePage(tab: Tab, storage: Storage | null, query: string): Page {
  const preferences = createPreferences(storage);
  const chat = createChat({
    where: preferences.store.getState().where,
    asker: tab.asker,
    model: (signal) =>
      awaitModel(
        tab.swarm,
        () => preferences.store.getState().modelId,
        AbortSignal.any([signal, AbortSignal.timeout(modelDeadlineMs)]),
      ),
    settings: () => preferences.store.getState(),
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  });
  chat.store.subscribe(({ where }, before) => {
    if (where !== before.where) preferences.change({ where });
  });
  return { tab, chat, preferences, query };
}
