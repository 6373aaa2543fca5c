/** Languages of the page, by the tag that `<html lang>` gets, under their own names. */
export const languages = { en: "English", zh: "中文", de: "Deutsch", es: "Español" } as const;
export type Language = keyof typeof languages;

export const languageTags: readonly Language[] = ["en", "zh", "de", "es"];

/** The first of the browser's languages (BCP 47, the most wanted first) that the page speaks, in any regional form; else English. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languageTags.find((language) => language === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}
