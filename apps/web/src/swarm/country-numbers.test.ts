import { expect, test } from "vitest";
import atlas from "world-atlas/countries-110m.json" with { type: "json" };
import { countryOfShape } from "./country-numbers.ts";

test("WB59 every country on the map is one that a donor can name, under its own name", () => {
  const names = new Intl.DisplayNames("en", { type: "region" });
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, "");
  const differing: string[] = [];
  for (const { id, properties } of atlas.objects.countries.geometries as {
    readonly id?: string;
    readonly properties: { readonly name: string };
  }[]) {
    // Disputed ones have no number.
    if (id === undefined) continue;
    const code = countryOfShape.get(id);
    expect(code, properties.name).toBeDefined();
    if (plain(names.of(code ?? "") ?? "").slice(0, 4) !== plain(properties.name).slice(0, 4)) differing.push(`${code}`);
  }
  // Shortened on the map, or named differently.
  expect(differing.toSorted()).toEqual(["CD", "EH", "GQ", "MK", "SS", "TF", "TR"]);
  expect(new Set(countryOfShape.values()).size).toBe(countryOfShape.size);
});
