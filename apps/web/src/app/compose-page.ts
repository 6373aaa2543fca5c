import type { Tab } from "@potluck/donor";
import { askFirst } from "../chat/consent.ts";
import { type ChatKeeper, type ChatNews, keepNothing } from "../conversation/chat-keeper.ts";
import { awaitModel } from "../conversation/chat-model.ts";
import { createChat } from "../conversation/create-chat.ts";
import { defaultSettings } from "../conversation/settings-schema.ts";
import { unfinishedAnswer } from "../conversation/unfinished-answer.ts";
import { followRules } from "../donate/rules/follow-rules.ts";
import { createHistory } from "../history/create-history.ts";
import type { ChatShelf } from "../history/indexed-chats.ts";
import type { NoteChannel } from "../history/keep-chats.ts";
import { memoryShelf } from "../history/memory-shelf.ts";
import { createPresets } from "../history/presets.ts";
import { createWords } from "../i18n/create-words.ts";
import { createPreferences } from "../preferences/preferences.ts";
import type { Page, Server, SessionShelf } from "./page.ts";
import { randomKey } from "./random-key.ts";
import { createSpeech } from "./speech.ts";

/** Long enough for a slow phone to load the swarm's code and hear the first answer. */
const codeDeadlineMs = 30_000;

/** What chats are kept with. */
export interface Kept {
  readonly keeper: ChatKeeper;
  readonly shelf: ChatShelf;
  readonly channel: NoteChannel;
}

/** For a window that has no others. */
const noChannel: NoteChannel = { post: () => undefined, onNote: () => undefined, onPosted: () => undefined };

/** `kept` brings the chat of before the reload; `languages` are those that the browser asks for. */
export function composePage(
  tab: Tab,
  storage: Storage | null,
  query: string,
  kept: Kept = { keeper: keepNothing(), shelf: memoryShelf(), channel: noChannel },
  languages: readonly string[] = ["en"],
  session: SessionShelf | null = null,
  server: Server = (path, init) => fetch(path, init),
): Page {
  const preferences = createPreferences(storage);
  followRules(preferences, tab.donation);
  const { keeper, shelf, channel } = kept;
  const heard = new Set<(news: ChatNews) => void>();
  const presets = createPresets(storage, randomKey);
  const opened = createChat({
    where: preferences.store.getState().where,
    asker: tab.asker,
    model: (wanted, signal) =>
      awaitModel(tab.swarm, () => wanted, AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)])),
    newSettings: () => {
      const { temperature, maxNewTokens, seed, modelId } = preferences.store.getState();
      return presets.current() ?? { ...defaultSettings, temperature, maxNewTokens, seed, modelId };
    },
    online: {
      // What waits in line is sent without another word, so not before the person has agreed.
      now: () => tab.connection.getState().kind !== "offline" && preferences.store.getState().swarmAgreed,
      subscribe: (listener) => {
        tab.connection.subscribe(listener);
        preferences.store.subscribe(({ swarmAgreed }, before) => swarmAgreed !== before.swarmAgreed && listener());
      },
    },
    now: Date.now,
    newDraft: draftIn(session),
    unfinished: (signal) => unfinishedAnswer(tab.asker, AbortSignal.any([signal, AbortSignal.timeout(codeDeadlineMs)])),
    freshKey: randomKey,
    keeper: { ...keeper, onNews: (listener) => (heard.add(listener), keeper.onNews(listener)) },
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  });
  const { chat, consent } = askFirst(opened, preferences);
  chat.store.subscribe(({ where, conversation: { id, settings } }, before) => {
    if (where !== before.where) preferences.change({ where });
    const { temperature, maxNewTokens, seed, modelId, preset } = settings;
    // What was changed by hand is what the next chat begins with, where no preset is.
    if (id === before.conversation.id && settings !== before.conversation.settings && preset === null)
      preferences.change({ temperature, maxNewTokens, seed, modelId });
  });
  const speech = createSpeech(createWords(), preferences, languages);
  const history = createHistory({
    shelf,
    channel,
    words: speech.words.t,
    now: Date.now,
    freshKey: randomKey,
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    tell: (news) => {
      for (const listener of heard) listener(news);
    },
  });
  return { tab, chat, consent, history, presets, preferences, speech, server, session, query };
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
