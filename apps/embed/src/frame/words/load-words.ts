import { addFormats, type Language } from "@potluck/words";
import i18next, { type TFunction } from "i18next";
import { soon } from "../soon.ts";
import type { Catalog } from "./catalog.ts";
import { en } from "./en.ts";

/** Says a sentence of the catalog. */
export type Words = TFunction;

const loaders: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalog>>> = {
  zh: async () => (await import("./zh.ts")).zh,
  de: async () => (await import("./de.ts")).de,
  es: async () => (await import("./es.ts")).es,
};

/** In English where the language can't be loaded within so many ms: nobody is left without an answer for want of words. */
export async function loadWords(
  wanted: Language,
  patienceMs: number,
): Promise<{ readonly t: Words; readonly language: Language }> {
  const catalog = wanted === "en" ? en : await soon(loaders[wanted](), patienceMs).catch(() => null);
  const language = catalog === null ? "en" : wanted;
  const words = i18next.createInstance();
  await words.init({
    lng: language,
    fallbackLng: false,
    ns: ["frame"],
    defaultNS: "frame",
    resources: { [language]: { frame: catalog ?? en } },
    // Preact escapes what it shows.
    interpolation: { escapeValue: false },
  });
  addFormats(words);
  return { t: words.t, language };
}
