import i18next, { type i18n, type TFunction } from "i18next";
import type { Catalog } from "./catalog.ts";
import { en } from "./en/index.ts";
import type { Language } from "./languages.ts";

/** Says a sentence of the catalog: `t("chat:stop")`. Functions outside of React take one as a parameter. */
export type Words = TFunction<["app", "chat", "donate", "swarm"]>;

/** All namespaces, for `useTranslation`. */
export const namespaces = ["app", "chat", "donate", "swarm"] as const;

/** English, which every page has. */
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
  });
  return instance;
}

const loaders: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalog>>> = {
  zh: async () => (await import("./zh/index.ts")).zh,
  de: async () => (await import("./de/index.ts")).de,
  es: async () => (await import("./es/index.ts")).es,
};

/** Loads the language where it is not there yet, and speaks it from now on. Rejects, changing nothing, when it can't be loaded. */
export async function speak(words: i18n, language: Language): Promise<void> {
  if (language !== "en" && !words.hasResourceBundle(language, "app")) {
    const catalog = await loaders[language]();
    for (const namespace of namespaces) words.addResourceBundle(language, namespace, catalog[namespace]);
  }
  await words.changeLanguage(language);
}
