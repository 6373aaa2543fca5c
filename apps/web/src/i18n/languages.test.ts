import { expect, test } from "vitest";
import { createWords, learn } from "./create-words.ts";
import { pickLanguage } from "@potluck/words";

test.each([
  [["fr-FR", "de-CH", "en"], "de"],
  [["zh-Hant-TW"], "zh"],
  [["ES"], "es"],
  [["fr"], "en"],
  [[], "en"],
] as const)("WB61 a browser that wants %j is spoken to in %s", (wanted, language) => {
  expect(pickLanguage(wanted)).toBe(language);
});

test("WB61 only English is there until another language is wanted", async () => {
  const words = createWords();
  expect(words.t("app:skip")).toBe("Skip to content");
  expect(words.hasResourceBundle("de", "app")).toBe(false);
  await learn(words, "de");
  expect([words.hasResourceBundle("de", "app"), words.hasResourceBundle("zh", "app")]).toEqual([true, false]);
});

test("WB61 places in a line are told by the catalog", () => {
  const { t } = createWords();
  const places = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map((count) => t("place", { count, ordinal: true }));
  expect(places).toEqual("1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th".split(" "));
});
