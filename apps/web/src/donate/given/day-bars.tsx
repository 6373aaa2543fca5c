import type { Ledger } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { formatDay } from "./days.ts";
import { amountOf, describeAmount, type Metric } from "./metric.ts";

/** Units of the drawing: a bar and the gap after it. */
const step = 10;
const barWidth = 7;
const height = 100;
/** So that a day with little is not taken for one with nothing. */
const leastHeight = 2;

/** One bar a day. One picture to a screen reader, with a sentence; the table has all numbers. */
export function DayBars(props: {
  readonly ledger: Ledger;
  readonly days: readonly string[];
  readonly metric: Metric;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { ledger, days, metric } = props;
  const bars = days.map((day) => ({ day, amount: amountOf(ledger, day, metric) }));
  const most = bars.reduce((best, bar) => (bar.amount > best.amount ? bar : best), { day: "", amount: 0 });
  const words = (amount: number): string => describeAmount(amount, metric, t);
  const told = { metric: t(`donate:given.metric.${metric}`), days: days.length };
  const name =
    most.amount === 0
      ? t("donate:given.pictureEmpty", told)
      : t("donate:given.picture", {
          ...told,
          total: words(bars.reduce((sum, { amount }) => sum + amount, 0)),
          day: formatDay(most.day, i18n.language),
          most: words(most.amount),
        });
  const first = days[0] ?? "";
  const last = days.at(-1) ?? "";
  return (
    <figure className="bars">
      <p className="bars-most" aria-hidden="true">
        {words(most.amount)}
      </p>
      <svg
        className="bars-picture"
        viewBox={`0 0 ${days.length * step} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={name}
      >
        {bars.map(({ day, amount }, i) => {
          const tall = amount === 0 ? 0 : Math.max(leastHeight, (amount / most.amount) * height);
          return (
            <rect
              className="bar"
              key={day}
              x={i * step + (step - barWidth) / 2}
              y={height - tall}
              width={barWidth}
              height={tall}
              data-today={i === days.length - 1}
            >
              <title>{`${formatDay(day, i18n.language)}: ${words(amount)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="bars-axis" aria-hidden="true">
        <span>{formatDay(first, i18n.language)}</span>
        <span>{formatDay(last, i18n.language)}</span>
      </figcaption>
    </figure>
  );
}
