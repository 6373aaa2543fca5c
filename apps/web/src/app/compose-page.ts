import type { Tab } from "@potluck/donor";
import type { ChatKeeper } from "../conversation/chat-keeper.ts";
import { awaitModel } from "../conversation/chat-model.ts";
import { createChat } from "../conversation/create-chat.ts";
import { defaultSettings } from "../conversation/settings-schema.ts";
import { unfinishedAnswer } from "../conversation/unfinished-answer.ts";
import { createPresets } from "../history/presets.ts";
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
  session: Pick<Storage, "getItem" | "setItem"> | null = null,
): Page {
  const preferences = createPreferences(storage);
  const presets = createPresets(storage, randomKey);
  const chat = createChat({
    where: preferences.store.getState().where,
    asker: tab.asker,
    model: (wanted, signal) =>
      awaitModel(tab.swarm, () => wanted, AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)])),
    newSettings: () => {
      const { temperature, maxNewTokens, seed, modelId } = preferences.store.getState();
      return presets.current() ?? { ...defaultSettings, temperature, maxNewTokens, seed, modelId };
    },
    online: {
      now: () => tab.connection.getState().kind !== "offline",
      subscribe: (listener) => void tab.connection.subscribe(listener),
    },
    now: Date.now,
    newDraft: draftIn(session),
    unfinished: (signal) => unfinishedAnswer(tab.asker, AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)])),
    freshKey: randomKey,
    ...(keeper === undefined ? {} : { keeper }),
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  });
  chat.store.subscribe(({ where, conversation: { id, settings } }, before) => {
    if (where !== before.where) preferences.change({ where });
    const { temperature, maxNewTokens, seed, modelId, preset } = settings;
    // What was changed by hand is what the next chat begins with, where no preset is.
    if (id === before.conversation.id && settings !== before.conversation.settings && preset === null)
      preferences.change({ temperature, maxNewTokens, seed, modelId });
  });
  const speech = createSpeech(createWords(), preferences, languages);
  return { tab, chat, presets, preferences, speech, query };
}

const draftItem = "potluck.draft";

/** What is typed for a chat that has not begun: of this window, over reloads. */
function draftIn(session: Pick<Storage, "getItem" | "setItem"> | null): {
  readonly read: () => string;
  readonly write: (draft: string) => void;
} {
  let typed = "";
  try {
    typed = session?.getItem(draftItem) ?? "";
  } catch {
    // Forbidden: it lives as long as the page.
  }
  return {
    read: () => typed,
    write(draft) {
      typed = draft;
      try {
        session?.setItem(draftItem, draft);
      } catch {
        // Full or forbidden.
      }
    },
  };
}
