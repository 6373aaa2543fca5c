import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePage } from "../app/page.ts";
import { BecomePartner } from "./become-partner.tsx";
import { PartnersList } from "./partners-list.tsx";
import { PrivacyTexts } from "./privacy-texts.tsx";
import { VisitorPart } from "./visitor-part.tsx";
import "./partners-page.css";

/** What partners' visitors gave, and how a site becomes a partner. */
export function PartnersPage(): ReactElement {
  const { t } = useTranslation();
  const { query } = usePage();
  return (
    <div className="page partners">
      <div>
        <h1>{t("partners:heading")}</h1>
        <p className="page-lead">{t("partners:lead")}</p>
      </div>
      <section className="card partners-part" aria-labelledby="partners-list">
        <h2 id="partners-list">{t("partners:list.heading")}</h2>
        <PartnersList />
      </section>
      <VisitorPart />
      <BecomePartner />
      <PrivacyTexts />
      <p>
        <Link className="button" href={`/privacy${query}`}>
          {t("partners:privacy.link")}
        </Link>
      </p>
    </div>
  );
}
