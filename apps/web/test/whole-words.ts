import type { Language } from "@potluck/words";
import type { i18n } from "i18next";
import type { Catalog, SameKeys } from "../src/i18n/catalog.ts";
import { createWords } from "../src/i18n/create-words.ts";
import { admin as deAdmin } from "../src/i18n/de/admin.ts";
import { donate as deDonate } from "../src/i18n/de/donate.ts";
import { de } from "../src/i18n/de/index.ts";
import { partners as dePartners } from "../src/i18n/de/partners.ts";
import { privacy as dePrivacy } from "../src/i18n/de/privacy.ts";
import { admin } from "../src/i18n/en/admin.ts";
import { donate } from "../src/i18n/en/donate.ts";
import { en } from "../src/i18n/en/index.ts";
import { partners } from "../src/i18n/en/partners.ts";
import { privacy } from "../src/i18n/en/privacy.ts";
import { admin as esAdmin } from "../src/i18n/es/admin.ts";
import { donate as esDonate } from "../src/i18n/es/donate.ts";
import { es } from "../src/i18n/es/index.ts";
import { partners as esPartners } from "../src/i18n/es/partners.ts";
import { privacy as esPrivacy } from "../src/i18n/es/privacy.ts";
import type { LateCatalogs } from "../src/i18n/late-words.ts";
import { admin as zhAdmin } from "../src/i18n/zh/admin.ts";
import { donate as zhDonate } from "../src/i18n/zh/donate.ts";
import { zh } from "../src/i18n/zh/index.ts";
import { partners as zhPartners } from "../src/i18n/zh/partners.ts";
import { privacy as zhPrivacy } from "../src/i18n/zh/privacy.ts";

/** Everything that a language says: at first, and with the pages that bring their own words. */
export type WholeCatalog = Catalog & SameKeys<LateCatalogs>;

export const wholeCatalogs: Readonly<Record<Language, WholeCatalog>> = {
  en: { ...en, donate, privacy, partners, admin },
  zh: { ...zh, donate: zhDonate, privacy: zhPrivacy, partners: zhPartners, admin: zhAdmin },
  de: { ...de, donate: deDonate, privacy: dePrivacy, partners: dePartners, admin: deAdmin },
  es: { ...es, donate: esDonate, privacy: esPrivacy, partners: esPartners, admin: esAdmin },
};

/** English with the words that come late, for what says them outside of a page. */
export function wholeWords(): i18n {
  const words = createWords();
  for (const [part, catalog] of Object.entries(wholeCatalogs.en)) words.addResourceBundle("en", part, catalog);
  return words;
}
