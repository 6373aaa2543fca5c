import type { i18n } from "i18next";
import { createStore, type StoreApi } from "zustand/vanilla";
import { learn } from "../i18n/create-words.ts";
import { type LatePart, learnPart } from "../i18n/late-words.ts";
import { type Language, pickLanguage } from "@potluck/words";
import type { Preferences, PreferenceStore } from "../preferences/preferences.ts";

/** Which language the page speaks. */
export interface Speech {
  readonly words: i18n;
  /** What `system` comes to in this browser. */
  readonly system: Language;
  /** Settles when the first language is spoken, or could not be loaded. Never rejects. */
  readonly ready: Promise<void>;
  /** The wanted language that could not be loaded, while the one before is still spoken. */
  readonly missing: StoreApi<Language | null>;
  /** Speaks it once it is loaded, and remembers the choice; where it can't be loaded, all stays as it was. Never rejects. */
  choose(language: Preferences["language"]): Promise<void>;
  /**
   * Loads words that come with a page, in the language that is spoken. The same promise for the same words, so that React can
   * `use` it. In English where they can't be loaded; rejects when that can't be had either.
   */
  bring(part: LatePart): Promise<void>;
}

/** `wanted` are the browser's languages (BCP 47), the most wanted first. */
export function createSpeech(
  words: i18n,
  preferences: PreferenceStore,
  wanted: readonly string[],
  load: typeof learn = learn,
  learnLate: typeof learnPart = learnPart,
): Speech {
  const system = pickLanguage(wanted);
  const missing = createStore<Language | null>()(() => null);
  /** Parts that a page has wanted: another language comes with them. */
  const wantedParts = new Set<LatePart>();
  const brought = new Map<string, Promise<void>>();
  let latest = 0;

  async function choose(choice: Preferences["language"]): Promise<void> {
    const run = (latest += 1);
    const language = choice === "system" ? system : choice;
    const loaded = await load(words, language, wantedParts).then(
      () => true,
      () => false,
    );
    if (run !== latest) return;
    missing.setState(loaded ? null : language, true);
    if (!loaded) return;
    if (preferences.store.getState().language !== choice) preferences.change({ language: choice });
    await words.changeLanguage(language);
  }

  function bring(part: LatePart): Promise<void> {
    wantedParts.add(part);
    const language = pickLanguage([words.language]);
    const key = `${language}/${part}`;
    const known = brought.get(key);
    if (known !== undefined) return known;
    const coming = words.hasResourceBundle(language, part)
      ? there()
      : // English is kept for a page without a network, other languages only once they were spoken there.
        learnLate(words, language, part).catch(() => learnLate(words, "en", part));
    brought.set(key, coming);
    return coming;
  }

  return { words, system, missing, choose, bring, ready: choose(preferences.store.getState().language) };
}

/** React reads such a promise at once, without showing that anything is waited for. */
function there(): Promise<void> {
  return Object.assign(Promise.resolve(), { status: "fulfilled", value: undefined });
}
