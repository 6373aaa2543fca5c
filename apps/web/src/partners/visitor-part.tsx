import { guestRules } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";

const manners = ["asked", "share", "data", "pauses", "phones", "sight", "stop", "day", "no"] as const;

/** What a partner's visitors see and are asked, before anybody puts the tag on a page. */
export function VisitorPart(): ReactElement {
  const { t } = useTranslation();
  const values = { share: Math.round(guestRules.share * 100), cap: guestRules.dailyCapBytes ?? 0 };
  return (
    <section className="card partners-part" aria-labelledby="partners-visitors">
      <h2 id="partners-visitors">{t("partners:visitors.heading")}</h2>
      <p className="partners-soft">{t("partners:visitors.lead")}</p>
      <ul className="partners-points">
        {manners.map((manner) => (
          <li key={manner}>{t(`partners:visitors.${manner}`, values)}</li>
        ))}
      </ul>
    </section>
  );
}
