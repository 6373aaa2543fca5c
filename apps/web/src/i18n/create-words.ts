import i18next, { type i18n, type TFunction } from "i18next";
import type { Catalog } from "./catalog.ts";
import { en } from "./en/index.ts";
import { addFormats, type Language } from "@potluck/words";
import { type LatePart, learnPart } from "./late-words.ts";
import { namespaces } from "./namespaces.ts";

/** Says a sentence of the catalog: `t("chat:stop")`. Functions outside of React take one as a parameter. */
export type Words = TFunction;

/** English, which every page has. A value's kind stands beside its name: `{{n, bytes}}`, `speed`, `duration`, `number` or `list`. */
export function createWords(): i18n {
  const instance = i18next.createInstance();
  void instance.init({
    lng: "en",
    fallbackLng: "en",
    ns: [...namespaces],
    defaultNS: "app",
    resources: { en },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  addFormats(instance);
  return instance;
}

const loaders: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalog>>> = {
  zh: async () => (await import("./zh/index.ts")).zh,
  de: async () => (await import("./de/index.ts")).de,
  es: async () => (await import("./es/index.ts")).es,
};

/**
 * Loads a language where it is not there yet, with the words of `parts`, without speaking it. Rejects when any of it can't be
 * loaded.
 */
export async function learn(words: i18n, language: Language, parts: Iterable<LatePart> = []): Promise<void> {
  await Promise.all([learnAll(words, language), ...[...parts].map((part) => learnPart(words, language, part))]);
}

async function learnAll(words: i18n, language: Language): Promise<void> {
  if (language === "en" || words.hasResourceBundle(language, "app")) return;
  const catalog = await loaders[language]();
  for (const namespace of namespaces) words.addResourceBundle(language, namespace, catalog[namespace]);
}
