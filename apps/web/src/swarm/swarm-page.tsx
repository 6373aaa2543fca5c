import type { SwarmView } from "@potluck/protocol";
import type { ReactElement } from "react";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Logo } from "../ui/logo.tsx";
import { CountryPart } from "./country-part.tsx";
import { LinkGraph } from "./link-graph.tsx";
import { ModelCard } from "./model-card.tsx";
import "./swarm-page.css";

/** Who is at the table: every model, its layers, who is linked to whom. Follows the swarm once a second, silently. */
export function SwarmPage(): ReactElement {
  const { tab } = usePage();
  const { t } = useTranslation();
  const view = useStore(tab.view);
  return (
    <div className="page swarm">
      <div>
        <h1>{t("swarm:heading")}</h1>
        <p className="page-lead">{t("swarm:lead")}</p>
      </div>
      {view === null ? <p className="swarm-wait">{t("swarm:wait")}</p> : <Swarm view={view} />}
    </div>
  );
}

function Swarm({ view }: { readonly view: SwarmView }): ReactElement {
  const { query, preferences } = usePage();
  const { t } = useTranslation();
  const asTable = useStore(preferences.store, ({ tables }) => tables);
  return (
    <>
      <div className="swarm-top">
        <p className="swarm-summary" aria-live="off">
          {t("swarm:summary", {
            tabs: t("swarm:tabsOpen", { count: view.tabs }),
            donors: t("swarm:donating", { count: view.donors }),
            queued: t("swarm:waiting", { count: view.queued }),
          })}
        </p>
        {view.models.length > 0 && (
          <label className="swarm-tables">
            <input
              type="checkbox"
              checked={asTable}
              onChange={({ target }) => preferences.change({ tables: target.checked })}
            />
            {t("swarm:asTable")}
          </label>
        )}
      </div>
      {view.donors === 0 && (
        <section className="card swarm-first">
          <Logo size={44} />
          <h2>{t("swarm:first.heading")}</h2>
          <p className="swarm-note">{t("swarm:first.text")}</p>
          <Link className="button button-main" href={`/donate${query}`}>
            {t("swarm:first.donate")}
          </Link>
        </section>
      )}
      {view.models.length === 0 && <p className="swarm-note">{t("swarm:noModels")}</p>}
      {view.models.map((model) => (
        <ModelCard key={model.id} model={model} asTable={asTable} />
      ))}
      {view.models.length > 0 && !asTable && <Legend />}
      {view.models.length > 0 && <LinkGraph view={view} asTable={asTable} />}
      {view.models.length > 0 && <CountryPart countries={view.countries} asTable={asTable} />}
      <p className="swarm-note">
        <Trans t={t} i18nKey="swarm:partners" components={{ page: <Link href={`/partners${query}`} /> }} />
      </p>
    </>
  );
}

function Legend(): ReactElement {
  const { t } = useTranslation();
  const cells = [
    ["none", { "data-level": 0 }],
    ["one", { "data-level": 1 }],
    ["two", { "data-level": 2 }],
    ["more", { "data-level": 3 }],
    ["joining", { "data-level": 0, "data-joining": true }],
    ["unreachable", { "data-level": 0, "data-unreachable": true }],
  ] as const;
  return (
    <ul className="swarm-legend" aria-label={t("swarm:legend.name")}>
      {cells.map(([name, look]) => (
        <li key={name}>
          <span className="coverage-cell" {...look} /> {t(`swarm:legend.${name}`)}
        </li>
      ))}
    </ul>
  );
}
