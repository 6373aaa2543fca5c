import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePage } from "./page.ts";

export function NotFound(): ReactElement {
  const { t } = useTranslation();
  const { query } = usePage();
  return (
    <div className="page">
      <div>
        <h1>{t("missing.heading")}</h1>
        <p className="page-lead">
          {t("missing.lead")} <Link href={`/${query}`}>{t("missing.chat")}</Link>
        </p>
      </div>
    </div>
  );
}
