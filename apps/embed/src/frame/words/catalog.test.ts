import { expect, test } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { loadWords } from "./load-words.ts";
import { zh } from "./zh.ts";

/** `badge.stop` → its sentence, for every sentence of a catalog. */
function sentences(catalog: object, path = ""): [string, string][] {
  return Object.entries(catalog).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : sentences(value as object, `${path}${key}.`),
  );
}
const places = (sentence: string): string[] => (sentence.match(/\{\{[^}]*\}\}/g) ?? []).toSorted();

test.each(Object.entries({ zh, de, es }))(
  "EB15 %s has every sentence, with the same places for values",
  (_, catalog) => {
    const english = Object.fromEntries(sentences(en));
    const theirs = Object.fromEntries(sentences(catalog));
    expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(english).toSorted());
    for (const [key, sentence] of Object.entries(theirs)) {
      expect([key, places(sentence)]).toEqual([key, places(english[key] ?? "")]);
      expect([key, sentence.trim()]).not.toEqual([key, ""]);
    }
  },
);

test("EB15 values are written as the language writes them", async () => {
  const { t, language } = await loadWords("de", 10_000);
  expect([language, t("question.load", { load: 123_400_000, cap: 500e6 })]).toEqual([
    "de",
    "Erst werden etwa 123 MB geladen; am Tag fließen höchstens 500 MB.",
  ]);
});
