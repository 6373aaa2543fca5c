import { expect, test } from "vitest";
import { wholeCatalogs } from "../../test/whole-words.ts";

const { en, ...others } = wholeCatalogs;

/** `chat.stop` → its sentence, for every sentence of a catalog. */
function sentences(catalog: object, path = ""): [string, string][] {
  return Object.entries(catalog).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : sentences(value as object, `${path}${key}.`),
  );
}

/** Names and kinds of the places for values, and the tags around words that are links or strong. */
const places = (sentence: string): string[] => (sentence.match(/\{\{[^}]*\}\}|<\/?\w+\/?>/g) ?? []).toSorted();

test.each(Object.entries(others))("WB61 %s has every sentence, with the same places for values", (_, catalog) => {
  const english = Object.fromEntries(sentences(en));
  const theirs = Object.fromEntries(sentences(catalog));
  expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(english).toSorted());
  for (const [key, sentence] of Object.entries(theirs)) {
    // The singular may do without its number: "one tab".
    if (key.endsWith("_one")) continue;
    expect([key, places(sentence)]).toEqual([key, places(english[key] ?? "")]);
    expect([key, sentence.trim()]).not.toEqual([key, ""]);
  }
});
