import type { CountryView } from "@potluck/protocol";
import { geoEqualEarth, geoPath } from "d3-geo";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import { countryOfShape } from "./country-numbers.ts";
import { describeCountries } from "./describe-countries.ts";
import "./world-map.css";

const size = { width: 960, height: 440 };

/** Shapes of all countries but Antarctica, where nobody has a browser to lend; drawn once. */
const shapes = drawShapes();

/** A world map, darker where more donors say they are. */
export function WorldMap({ countries }: { readonly countries: readonly CountryView[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const donors = new Map(countries.map(({ code, donors }) => [code, donors]));
  const most = Math.max(1, ...donors.values());
  const names = new Intl.DisplayNames(i18n.language, { type: "region", fallback: "code" });
  const onMap = new Set(countryOfShape.values());
  const small = countries.filter(({ code }) => !onMap.has(code));
  const inWords = (country: CountryView): string =>
    t("swarm:map.country", { country: names.of(country.code) ?? country.code, n: country.donors });
  return (
    <>
      <svg
        className="map"
        viewBox={`0 0 ${size.width} ${size.height}`}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here: there is no file to show
        role="img"
        aria-label={t("swarm:map.picture", { countries: describeCountries(countries, i18n.language, t) })}
      >
        {shapes.map(({ key, code, path }) => {
          const here = donors.get(code) ?? 0;
          return (
            <path className="map-country" key={key} d={path} data-level={levelOf(here, most)}>
              {here > 0 && <title>{inWords({ code, donors: here })}</title>}
            </path>
          );
        })}
      </svg>
      {small.length > 0 && <p className="swarm-note">{t("swarm:map.small", { countries: small.map(inWords) })}</p>}
    </>
  );
}

/** 1 to 4 by the root of the share, so that one big country does not make all others look empty. */
function levelOf(donors: number, most: number): number {
  return donors === 0 ? 0 : Math.ceil(Math.sqrt(donors / most) * 4);
}

function drawShapes(): readonly { readonly key: string; readonly code: string; readonly path: string }[] {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  const { features } = feature(topology, topology.objects.countries);
  const inhabited = features.filter(({ id }) => id !== "010");
  const all = { type: "FeatureCollection" as const, features: inhabited };
  const draw = geoPath(geoEqualEarth().fitSize([size.width, size.height], all)).digits(1);
  return inhabited.map((one) => ({
    key: one.properties.name,
    code: countryOfShape.get(String(one.id)) ?? "",
    path: draw(one) ?? "",
  }));
}
