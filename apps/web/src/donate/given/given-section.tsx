import type { LedgerDay } from "@potluck/donor";
import { type ReactElement, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../../app/page.ts";
import type { Words } from "../../i18n/create-words.ts";
import { useNow } from "../use-now.ts";
import { DayBars } from "./day-bars.tsx";
import { formatDay, lastDays, localDay } from "./days.ts";
import { DayTable } from "./day-table.tsx";
import { type Metric, metrics } from "./metric.ts";
import { type Milestone, milestonesOf } from "./milestones.ts";
import { streakOf, totalOf } from "./sum-up.ts";
import "./given-section.css";

const shownDays = 30;

/** What this browser gave: in all, by days, and what that came to. */
export function GivenSection(): ReactElement {
  const { t, i18n } = useTranslation();
  const ledger = useStore(usePage().tab.donation.ledger);
  const [metric, setMetric] = useState<Metric>("tokens");
  const today = localDay(new Date(useNow()));
  const total = totalOf(ledger);
  const empty = isNothing(total);
  const streak = streakOf(ledger, today);
  const milestones = milestonesOf(ledger);
  const days = lastDays(today, shownDays);
  return (
    <section className="card given" aria-labelledby="donate-given">
      <div>
        <h2 id="donate-given">{t("donate:given.heading")}</h2>
        <p className="donate-soft">{empty ? t("donate:given.empty") : t("donate:given.lead")}</p>
      </div>
      {!empty && (
        <>
          <dl className="donation-numbers" data-part="totals">
            <Fact name={t("donate:given.total.tokens")}>{t("count", { n: total.tokens })}</Fact>
            <Fact name={t("donate:given.total.answers", { count: total.answers })}>
              {t("count", { n: total.answers })}
            </Fact>
            <Fact name={t("donate:given.total.time")}>{t("duration", { n: total.seconds * 1000 })}</Fact>
            <Fact name={t("donate:given.total.data")}>{t("bytes", { n: total.sentBytes + total.receivedBytes })}</Fact>
            <Fact
              name={
                t("donate:given.total.streak", { count: streak.now }) +
                (streak.longest > streak.now ? `, ${t("donate:given.total.longest", { count: streak.longest })}` : "")
              }
            >
              {t("count", { n: streak.now })}
            </Fact>
          </dl>
          <fieldset className="metrics">
            <legend className="unseen">{t("donate:given.show")}</legend>
            {metrics.map((one) => (
              <label className="metric" key={one}>
                <input type="radio" name="donate-metric" checked={one === metric} onChange={() => setMetric(one)} />
                <span>{t(`donate:given.metric.${one}`)}</span>
              </label>
            ))}
          </fieldset>
          <DayBars ledger={ledger} days={days} metric={metric} />
          <details className="given-table">
            <summary>{t("donate:given.asTable")}</summary>
            <DayTable ledger={ledger} days={days} />
          </details>
          {milestones.length > 0 && (
            <div className="milestones">
              <h3>{t("donate:given.milestones")}</h3>
              <ul>
                {milestones.map((milestone) => (
                  <li key={`${milestone.kind} ${milestone.n}`}>
                    {t("donate:given.reached", {
                      milestone: describeMilestone(milestone, t),
                      day: formatDay(milestone.day, i18n.language),
                    })}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function isNothing(day: LedgerDay): boolean {
  return Object.values(day).every((amount) => amount === 0);
}

function describeMilestone({ kind, n }: Milestone, t: Words): string {
  switch (kind) {
    case "tokens":
      return t("donate:given.milestone.tokens", { n });
    case "answers":
      return t("donate:given.milestone.answers", { count: n });
    case "hours":
      return t("donate:given.milestone.hours", { count: n });
    case "days":
      return t("donate:given.milestone.days", { n });
    default:
      return kind satisfies never;
  }
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="donation-number">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
