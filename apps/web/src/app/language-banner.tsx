import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { languages } from "@potluck/words";
import { usePage } from "./page.ts";

/** Says that the wanted language could not be loaded. */
export function LanguageBanner(): ReactElement | null {
  const { t } = useTranslation();
  const { speech } = usePage();
  const missing = useStore(speech.missing);
  if (missing === null) return null;
  return (
    <aside className="banner banner-trouble" aria-label={t("language.name")} aria-live="polite">
      <p>{t("language.missing", { language: languages[missing] })}</p>
      <button className="button" type="button" onClick={() => void speech.choose(missing)}>
        {t("language.retry")}
      </button>
      <button className="button button-bare" type="button" onClick={() => speech.missing.setState(null, true)}>
        {t("close")}
      </button>
    </aside>
  );
}
