import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Update } from "./update.ts";

/** Tells of a new version and waits for the person's word. */
export function UpdatePrompt({ update }: { readonly update: Update }): ReactElement | null {
  const { t } = useTranslation();
  const waiting = useStore(update.waiting);
  const [later, setLater] = useState(false);
  if (!waiting || later) return null;
  return (
    <aside className="banner banner-news" aria-label={t("update.name")}>
      <p>{t("update.ready")}</p>
      <button className="button" type="button" onClick={() => update.accept()}>
        {t("update.now")}
      </button>
      <button className="button button-bare" type="button" onClick={() => setLater(true)}>
        {t("update.later")}
      </button>
    </aside>
  );
}
