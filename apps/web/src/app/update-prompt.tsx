import { type ReactElement, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Update } from "./update.ts";
import { useBusy } from "./use-busy.ts";

/** Tells of a new version and waits for the person's word; while this page is of use to somebody it says so, and can wait for the end. */
export function UpdatePrompt({ update }: { readonly update: Update }): ReactElement | null {
  const { t } = useTranslation();
  const waiting = useStore(update.waiting);
  const busy = useBusy();
  const [plan, setPlan] = useState<"ask" | "when-done" | "later">("ask");
  const due = waiting && plan === "when-done" && busy === null;
  useEffect(() => {
    if (due) update.accept();
  }, [due, update]);
  if (!waiting || plan === "later" || due) return null;
  return (
    <aside className="banner banner-news" aria-label={t("update.name")} aria-live="polite">
      <p>{t(busy === null ? "update.ready" : plan === "when-done" ? "update.planned" : `update.${busy}`)}</p>
      {busy !== null && plan === "ask" && (
        <button className="button" type="button" onClick={() => setPlan("when-done")}>
          {t("update.whenDone")}
        </button>
      )}
      <button className={busy === null ? "button" : "button button-bare"} type="button" onClick={() => update.accept()}>
        {t(busy === null ? "update.now" : busy === "donating" ? "update.nowDonating" : "update.nowAnswering")}
      </button>
      <button className="button button-bare" type="button" onClick={() => setPlan("later")}>
        {t("update.later")}
      </button>
    </aside>
  );
}
