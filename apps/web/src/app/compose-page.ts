import type { Tab } from "@potluck/donor";
import { awaitModel } from "../chat/chat-model.ts";
import { createChat } from "../chat/chat-store.ts";
import type { ChatKeeper } from "../chat/keep-chat.ts";
import { unfinishedAnswer } from "../chat/unfinished-answer.ts";
import { createWords } from "../i18n/create-words.ts";
import { createPreferences } from "../preferences/preferences.ts";
import type { Page } from "./page.ts";
import { randomKey } from "./random-key.ts";
import { createSpeech } from "./speech.ts";

/** Long enough for a slow phone to load the swarm's code and hear the first answer. */
const codeDeadlineMs = 30_000;

/** `keeper` brings the chat of before the reload; `languages` are those that the browser asks for. */
export function composePage(
  tab: Tab,
  storage: Storage | null,
  query: string,
  keeper?: ChatKeeper,
  languages: readonly string[] = ["en"],
): Page {
  const preferences = createPreferences(storage);
  const chat = createChat({
    where: preferences.store.getState().where,
    asker: tab.asker,
    model: (signal) =>
      awaitModel(
        tab.swarm,
        () => preferences.store.getState().modelId,
        AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)]),
      ),
    settings: () => preferences.store.getState(),
    unfinished: (signal) => unfinishedAnswer(tab.asker, AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)])),
    freshKey: randomKey,
    ...(keeper === undefined ? {} : { keeper }),
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  });
  chat.store.subscribe(({ where }, before) => {
    if (where !== before.where) preferences.change({ where });
  });
  const speech = createSpeech(createWords(), preferences, languages);
  return { tab, chat, preferences, speech, query };
}
