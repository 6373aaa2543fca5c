import type { Ledger } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { formatDay } from "./days.ts";
import { amountOf, describeAmount, metrics } from "./metric.ts";

/** The chart's twin: each day with something, the latest first. */
export function DayTable({
  ledger,
  days,
}: {
  readonly ledger: Ledger;
  readonly days: readonly string[];
}): ReactElement {
  const { t, i18n } = useTranslation();
  const rows = days.filter((day) => metrics.some((metric) => amountOf(ledger, day, metric) > 0)).toReversed();
  if (rows.length === 0) return <p className="donate-soft">{t("donate:given.noDays", { days: days.length })}</p>;
  return (
    <table>
      <caption className="unseen">{t("donate:given.caption", { days: days.length })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("donate:given.day")}</th>
          {metrics.map((metric) => (
            <th scope="col" key={metric}>
              {t(`donate:given.metric.${metric}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((day) => (
          <tr key={day}>
            <th scope="row">{formatDay(day, i18n.language)}</th>
            {metrics.map((metric) => (
              <td key={metric}>{describeAmount(amountOf(ledger, day, metric), metric, t)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
