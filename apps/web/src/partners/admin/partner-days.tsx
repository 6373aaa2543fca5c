import type { AdminPartner } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { giftHours } from "../gift-hours.ts";

/** What a key's visitors gave, by days of UTC, the latest first. */
export function PartnerDays({ partner }: { readonly partner: AdminPartner }): ReactElement {
  const { t, i18n } = useTranslation();
  const { name, days } = partner;
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" });
  const number = (n: number): string => t("count", { n });
  if (days.length === 0) return <p className="partners-soft">{t("admin:key.noDays")}</p>;
  return (
    <details className="admin-days">
      <summary>{t("admin:key.days")}</summary>
      <ScrollBox name={t("admin:key.daysOf", { name })}>
        <table className="partners-table">
          <caption className="unseen">{t("admin:key.daysOf", { name })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("admin:key.day")}</th>
              <th scope="col">{t("admin:gifts.consents")}</th>
              <th scope="col">{t("admin:gifts.answers")}</th>
              <th scope="col">{t("admin:gifts.tokens")}</th>
              <th scope="col">{t("admin:gifts.hours")}</th>
              <th scope="col">{t("admin:gifts.mostTabs")}</th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day}>
                <th scope="row">{dayName(day.day, format)}</th>
                <td>{number(day.consents)}</td>
                <td>{number(day.answers)}</td>
                <td>{number(day.tokens)}</td>
                <td>{number(giftHours(day))}</td>
                <td>{number(day.mostTabs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}

/** As the server wrote it where it is no date. */
function dayName(day: string, format: Intl.DateTimeFormat): string {
  const ms = Date.parse(day);
  return Number.isNaN(ms) ? day : format.format(ms);
}
