import type { CountryView } from "@potluck/protocol";
import { type ComponentProps, type ComponentType, lazy, type ReactElement, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Fallback } from "../ui/fallback.tsx";
import type { WorldMap as WorldMapType } from "./world-map.tsx";

/** Shapes and projection are loaded only where somebody named a country. */
const WorldMap: ComponentType<ComponentProps<typeof WorldMapType>> = lazy(async () => ({
  default: (await import("./world-map.tsx")).WorldMap,
}));

export interface CountryPartProps {
  readonly countries: readonly CountryView[];
  readonly asTable: boolean;
}

/** Where donors say they are, on a map and as a table. */
export function CountryPart({ countries, asTable }: CountryPartProps): ReactElement {
  const { t } = useTranslation();
  const table = <CountryTable countries={countries} />;
  return (
    <section className="card swarm-part" aria-labelledby="countries-heading">
      <h2 id="countries-heading">{t("swarm:map.heading")}</h2>
      <p className="swarm-note">{t(countries.length === 0 ? "swarm:map.nobody" : "swarm:map.lead")}</p>
      {countries.length > 0 &&
        (asTable ? (
          table
        ) : (
          // A page that is offline, or older than its server, can't load the map.
          <Fallback
            instead={
              <>
                <p className="swarm-note">{t("swarm:map.failed")}</p>
                {table}
              </>
            }
          >
            <Suspense fallback={<p className="swarm-note">{t("swarm:map.wait")}</p>}>
              <WorldMap countries={countries} />
            </Suspense>
          </Fallback>
        ))}
    </section>
  );
}

function CountryTable({ countries }: Pick<CountryPartProps, "countries">): ReactElement {
  const { t, i18n } = useTranslation();
  const names = new Intl.DisplayNames(i18n.language, { type: "region", fallback: "code" });
  return (
    <div className="table-frame">
      <table className="figures" aria-label={t("swarm:map.heading")}>
        <thead>
          <tr>
            <th scope="col">{t("swarm:table.country")}</th>
            <th scope="col">{t("swarm:table.donors")}</th>
          </tr>
        </thead>
        <tbody>
          {countries
            .toSorted((a, b) => b.donors - a.donors)
            .map(({ code, donors }) => (
              <tr key={code}>
                <th scope="row">{names.of(code) ?? code}</th>
                <td>{t("swarm:number", { n: donors })}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
