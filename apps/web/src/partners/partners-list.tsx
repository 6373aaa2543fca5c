import { type PublicPartner, publicPartnersSchema } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { AskFault } from "./ask-fault.tsx";
import { giftHours } from "./gift-hours.ts";
import { useAsked } from "./use-asked.ts";

/** What each listed partner's visitors gave, who gave most first. */
export function PartnersList(): ReactElement {
  const { t } = useTranslation();
  const [asked, again] = useAsked("/api/partners", publicPartnersSchema);
  switch (asked.kind) {
    case "asking":
      return <output className="partners-soft">{t("partners:list.wait")}</output>;
    case "here":
      if (asked.value.length === 0) return <p className="partners-soft">{t("partners:list.none")}</p>;
      return <PartnersTable partners={asked.value.toSorted((a, b) => b.tokens - a.tokens)} />;
    case "gone":
      return <ListFault kind="gone" onRetry={again} />;
    // This page sends no token and no fields.
    case "odd":
    case "token":
    case "too-often":
    case "field":
      return <ListFault kind="odd" onRetry={again} />;
    default:
      return asked satisfies never;
  }
}

function ListFault(props: { readonly kind: "gone" | "odd"; readonly onRetry: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <AskFault
      what={t("partners:list.failed")}
      why={t(`partners:fault.${props.kind}`)}
      retry={t("partners:fault.retry")}
      onRetry={props.onRetry}
    />
  );
}

function PartnersTable({ partners }: { readonly partners: readonly PublicPartner[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" });
  const number = (n: number): string => t("count", { n });
  return (
    <ScrollBox namedBy="partners-list">
      <table className="partners-table">
        <caption className="unseen">{t("partners:list.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("partners:gifts.name")}</th>
            <th scope="col">{t("partners:gifts.since")}</th>
            <th scope="col">{t("partners:gifts.tabsNow")}</th>
            <th scope="col">{t("partners:gifts.consents")}</th>
            <th scope="col">{t("partners:gifts.answers")}</th>
            <th scope="col">{t("partners:gifts.tokens")}</th>
            <th scope="col">{t("partners:gifts.hours")}</th>
          </tr>
        </thead>
        <tbody>
          {partners.map((partner) => (
            <tr key={partner.origin}>
              <th scope="row">
                <SiteLink {...partner} />
              </th>
              <td>{day.format(partner.sinceMs)}</td>
              <td>{number(partner.tabsNow)}</td>
              <td>{number(partner.consents)}</td>
              <td>{number(partner.answers)}</td>
              <td>{number(partner.tokens)}</td>
              <td>{number(giftHours(partner))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** To the partner's site; only http leads anywhere, whatever was registered. */
function SiteLink({ name, origin }: { readonly name: string; readonly origin: string }): ReactElement {
  if (!/^https?:\/\//.test(origin)) return <>{name}</>;
  return (
    <a href={origin} target="_blank" rel="noopener noreferrer">
      {name}
    </a>
  );
}
