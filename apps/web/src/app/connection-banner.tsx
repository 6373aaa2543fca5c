import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useProblemWords } from "../ui/use-problem-words.ts";
import { usePage } from "./page.ts";

/** Says when the page is not connected, and why. */
export function ConnectionBanner(): ReactElement | null {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const connection = useStore(usePage().tab.connection);
  switch (connection.kind) {
    case "online":
      return null;
    case "connecting":
      return (
        <aside className="banner" aria-label={t("connection.name")} data-connection="connecting">
          <p>{t("connection.connecting")}</p>
        </aside>
      );
    case "offline": {
      const { what, advice } = wordsOf(connection.problem);
      return (
        <aside
          className="banner banner-trouble"
          aria-label={t("connection.name")}
          data-connection="offline"
          aria-live="polite"
        >
          <p>
            <strong>{what}</strong> {advice}
          </p>
          {connection.problem.code === "version-mismatch" && (
            <button className="button" type="button" onClick={() => location.reload()}>
              {t("connection.reload")}
            </button>
          )}
        </aside>
      );
    }
    default:
      return connection satisfies never;
  }
}
