import { expect, test } from "vitest";
import { countries, namedCountries } from "./countries.ts";
import { browserZones, suggestCountries } from "./suggest-countries.ts";

test("WB55 a country is suggested from the time zone, the language's own first", () => {
  const zones = (country: string): string[] => (country === "DE" || country === "CH" ? ["Europe/Zurich"] : []);
  expect(suggestCountries("Europe/Zurich", "de", zones)).toEqual(["DE"]);
  expect(suggestCountries("Europe/Zurich", "fr", zones)).toEqual(["CH", "DE"]);
  expect(suggestCountries("Asia/Tokyo", "ja", zones)).toEqual(["JP"]);
  expect(suggestCountries("Etc/UTC", "eo", zones).length).toBeLessThanOrEqual(1);
  expect(suggestCountries("Asia/Tokyo", "en", browserZones)).toContain("JP");
});

test("WB55 all countries can be chosen, by their names in the page's language", () => {
  expect(new Set(countries).size).toBe(249);
  const german = namedCountries("de");
  expect(german.find(({ code }) => code === "AT")?.name).toBe("Österreich");
  expect(german.map(({ name }) => name).indexOf("Österreich")).toBeLessThan(
    german.map(({ name }) => name).indexOf("Zypern"),
  );
});
