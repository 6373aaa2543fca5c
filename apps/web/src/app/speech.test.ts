import { expect, test } from "vitest";
import { createWords, learn } from "../i18n/create-words.ts";
import { learnPart } from "../i18n/late-words.ts";
import { createPreferences, type Preferences } from "../preferences/preferences.ts";
import { createSpeech, type Speech } from "./speech.ts";

interface Stage {
  readonly speech: Speech;
  readonly spoken: () => string | undefined;
  readonly remembered: () => Preferences["language"];
}

function open(wanted: readonly string[], load: typeof learn = learn, learnLate: typeof learnPart = learnPart): Stage {
  const words = createWords();
  const preferences = createPreferences(null);
  const speech = createSpeech(words, preferences, wanted, load, learnLate);
  return { speech, spoken: () => words.language, remembered: () => preferences.store.getState().language };
}

test("WB61 the page speaks what the browser asks for until the person chooses, and again when they take it back", async () => {
  const { speech, spoken, remembered } = open(["de-AT", "en"]);
  await speech.ready;
  expect(spoken()).toBe("de");
  await speech.choose("es");
  expect([spoken(), remembered()]).toEqual(["es", "es"]);
  await speech.choose("system");
  expect([spoken(), remembered(), speech.missing.getState()]).toEqual(["de", "system", null]);
});

test("WB61 a language that can't be loaded keeps the one before, and is named until one is spoken", async () => {
  const { speech, spoken, remembered } = open(["es"], async (words, language) => {
    if (language === "de") throw new TypeError("Failed to fetch");
    await learn(words, language);
  });
  await speech.ready;
  await speech.choose("de");
  expect([spoken(), remembered(), speech.missing.getState()]).toEqual(["es", "system", "de"]);
  await speech.choose("en");
  expect([spoken(), remembered(), speech.missing.getState()]).toEqual(["en", "en", null]);
});

test("WB61 of two choices the later one is spoken, whichever arrives first", async () => {
  const arrivals: (() => void)[] = [];
  const { speech, spoken } = open(["en"], async (words, language) => {
    if (language === "de") await new Promise<void>((resolve) => arrivals.push(resolve));
    await learn(words, language);
  });
  const slow = speech.choose("de");
  await speech.choose("zh");
  for (const arrive of arrivals) arrive();
  await slow;
  expect(spoken()).toBe("zh");
});

test("WB61 words that come with a page come in the language that is spoken, and with each one chosen later", async () => {
  const { speech, spoken } = open(["de"]);
  await speech.ready;
  const coming = speech.bring("partners");
  expect(speech.bring("partners")).toBe(coming);
  await coming;
  const has = (language: string): boolean => speech.words.hasResourceBundle(language, "partners");
  expect(["en", "zh", "de", "es"].filter(has)).toEqual(["de"]);
  await speech.choose("es");
  expect([spoken(), has("es"), has("zh")]).toEqual(["es", true, false]);
});

test("WB62 a page whose words can't be had in the language, as without a network, has them in English", async () => {
  const { speech } = open(["de"], learn, async (words, language, part) => {
    if (language !== "en") throw new TypeError("Failed to fetch");
    await learnPart(words, language, part);
  });
  await speech.ready;
  await speech.bring("privacy");
  expect(speech.words.t("privacy:title")).toBe("Who sees what");
  expect(speech.words.language).toBe("de");
});
