import type { i18n } from "i18next";
import type { Language } from "@potluck/words";
import type { SameKeys } from "./catalog.ts";
import type { admin } from "./en/admin.ts";
import type { donate } from "./en/donate.ts";
import type { partners } from "./en/partners.ts";
import type { privacy } from "./en/privacy.ts";

/** Words that one page alone says, which come with it. */
export interface LateCatalogs {
  readonly donate: typeof donate;
  readonly privacy: typeof privacy;
  readonly partners: typeof partners;
  readonly admin: typeof admin;
}
export type LatePart = keyof LateCatalogs;

type Loaders<Part extends LatePart> = Readonly<
  Record<Language, () => Promise<{ readonly [P in Part]: SameKeys<LateCatalogs[P]> }>>
>;

const loaders: { readonly [Part in LatePart]: Loaders<Part> } = {
  donate: {
    en: () => import("./en/donate.ts"),
    zh: () => import("./zh/donate.ts"),
    de: () => import("./de/donate.ts"),
    es: () => import("./es/donate.ts"),
  },
  privacy: {
    en: () => import("./en/privacy.ts"),
    zh: () => import("./zh/privacy.ts"),
    de: () => import("./de/privacy.ts"),
    es: () => import("./es/privacy.ts"),
  },
  partners: {
    en: () => import("./en/partners.ts"),
    zh: () => import("./zh/partners.ts"),
    de: () => import("./de/partners.ts"),
    es: () => import("./es/partners.ts"),
  },
  admin: {
    en: () => import("./en/admin.ts"),
    zh: () => import("./zh/admin.ts"),
    de: () => import("./de/admin.ts"),
    es: () => import("./es/admin.ts"),
  },
};

/** Loads one part's words in one language where they are not there yet. Rejects, changing nothing, when they can't be loaded. */
export async function learnPart(words: i18n, language: Language, part: LatePart): Promise<void> {
  if (words.hasResourceBundle(language, part)) return;
  const catalogs: Partial<Record<LatePart, object>> = await loaders[part][language]();
  words.addResourceBundle(language, part, catalogs[part]);
}
