import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePage } from "../app/page.ts";
import { Icon } from "../ui/icon.tsx";
import "./privacy-page.css";

const watchers = ["tabs", "server", "files"] as const;

/** Says in plain words who sees what. */
export function PrivacyPage(): ReactElement {
  const { t } = useTranslation();
  const { query } = usePage();
  return (
    <div className="page privacy">
      <div>
        <h1>{t("privacy:title")}</h1>
        <p className="page-lead">{t("privacy:lead")}</p>
      </div>
      <section className="card privacy-card" aria-labelledby="privacy-here" data-where="this-tab">
        <h2 id="privacy-here">
          <Icon name="lock" />
          {t("privacy:here.title")}
        </h2>
        <p>{t("privacy:here.words")}</p>
        <h3>{t("privacy:here.how")}</h3>
        <p>{t("privacy:here.steps")}</p>
      </section>
      <section className="card privacy-card" aria-labelledby="privacy-swarm" data-where="swarm">
        <h2 id="privacy-swarm">
          <Icon name="people" />
          {t("privacy:swarm.title")}
        </h2>
        <p>{t("privacy:swarm.words")}</p>
        <div className="privacy-watchers">
          {watchers.map((who) => (
            <div className="privacy-watcher" key={who}>
              <h3>{t(`privacy:swarm.${who}`)}</h3>
              <dl>
                <dt>{t("privacy:swarm.sees")}</dt>
                <dd>{t(`privacy:swarm.${who}Sees`)}</dd>
                <dt>{t("privacy:swarm.not")}</dt>
                <dd>{t(`privacy:swarm.${who}Not`)}</dd>
              </dl>
            </div>
          ))}
        </div>
        <p className="privacy-trust">{t("privacy:swarm.trust")}</p>
      </section>
      <section aria-labelledby="privacy-kept">
        <h2 id="privacy-kept">{t("privacy:kept.title")}</h2>
        <p>{t("privacy:kept.words")}</p>
      </section>
      <section aria-labelledby="privacy-giving">
        <h2 id="privacy-giving">{t("privacy:giving.title")}</h2>
        <p>{t("privacy:giving.words")}</p>
      </section>
      <section aria-labelledby="privacy-elsewhere">
        <h2 id="privacy-elsewhere">{t("privacy:elsewhere.title")}</h2>
        <p>
          {t("privacy:elsewhere.words")} <Link href={`/partners${query}`}>{t("privacy:elsewhere.link")}</Link>
        </p>
      </section>
      <p>
        <Link className="button" href={`/${query}`}>
          {t("privacy:back")}
        </Link>
      </p>
    </div>
  );
}
