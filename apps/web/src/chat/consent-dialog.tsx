import type { ModelStatus } from "@potluck/donor";
import { type ReactElement, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { Dialog } from "../ui/dialog.tsx";
import "./consent-dialog.css";

/** Asks before the first message goes to the public swarm. Closing it any other way sends nothing. */
export function ConsentDialog({ model }: { readonly model: ModelStatus | null }): ReactElement {
  const { t } = useTranslation();
  const { consent, query } = usePage();
  const lead = useRef<HTMLParagraphElement>(null);
  // Not on a button: the key that sent the message may still be pressed.
  useEffect(() => lead.current?.focus(), []);
  return (
    <Dialog title={t("chat:consent.title")} onClose={() => consent.answer("no")}>
      <p className="consent-lead" ref={lead} tabIndex={-1}>
        {t("chat:consent.lead")}
      </p>
      <p className="consent-note">
        {t("chat:consent.once")}{" "}
        <a href={`/privacy${query}`} target="_blank" rel="noopener">
          {t("chat:where.who")}
        </a>
      </p>
      <div className="consent-choices">
        <button className="button button-main" type="button" onClick={() => consent.answer("swarm")}>
          {t("chat:consent.swarm")}
        </button>
        <button className="button" type="button" onClick={() => consent.answer("this-tab")}>
          {t("chat:consent.here")}
        </button>
        <button className="button button-bare" type="button" onClick={() => consent.answer("no")}>
          {t("chat:consent.no")}
        </button>
      </div>
      {model !== null && <p className="consent-note">{t("chat:consent.hereHint", { size: model.weightBytes })}</p>}
    </Dialog>
  );
}
