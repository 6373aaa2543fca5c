import { countries } from "./countries.ts";

/** Time zones of a country, as its browser's locale data has them; empty where it has none. */
export type ZonesOf = (country: string) => readonly string[];

/**
 * Countries to offer first: the one of the browser's language (BCP 47) where it has the device's time zone, else those
 * that have it, else the language's own. Only for a list in which a person chooses: it says nothing about where they are.
 */
export function suggestCountries(timeZone: string, language: string, zonesOf: ZonesOf): readonly string[] {
  const spoken = new Intl.Locale(language).maximize().region;
  // Asking for all of them takes a while, and most people live where their language's region is.
  if (spoken !== undefined && zonesOf(spoken).includes(timeZone)) return [spoken];
  const near = countries.filter((country) => zonesOf(country).includes(timeZone));
  if (near.length === 0) return spoken !== undefined && countries.includes(spoken) ? [spoken] : [];
  return near.slice(0, 3);
}

/** What this browser's locale data says. */
export const browserZones: ZonesOf = (country) => {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    readonly getTimeZones?: () => readonly string[] | undefined;
    readonly timeZones?: readonly string[];
  };
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
};
