import type { CountryView } from "@potluck/protocol";
import type { Words } from "../i18n/create-words.ts";

/** As many as one listens to; the table has them all. */
const mostNamed = 5;

/** The countries with the most donors, by name. */
export function describeCountries(countries: readonly CountryView[], language: string, t: Words): string {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "code" });
  const most = countries.toSorted((a, b) => b.donors - a.donors);
  const words = most
    .slice(0, mostNamed)
    .map(({ code, donors }) => t("swarm:map.country", { country: names.of(code) ?? code, n: donors }));
  const others = most.length - words.length;
  return [...words, ...(others > 0 ? [t("swarm:map.others", { n: others })] : [])].join(", ");
}
