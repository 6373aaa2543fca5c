import type { ModelStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { InviteButton } from "./invite-button.tsx";

/** Three ways to an answer where nobody serves the model: give, run it alone, bring others. `alone`: nobody donates at all. */
export function FirstMinute({ model, alone }: { readonly model: ModelStatus; readonly alone: boolean }): ReactElement {
  const { t } = useTranslation();
  const { chat, query, tab } = usePage();
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  const reason = offline ? "offline" : alone ? "empty" : "gaps";
  const here = (
    <li className="first-way">
      <button
        className={offline ? "button button-main" : "button"}
        type="button"
        onClick={() => chat.moveTo("this-tab")}
      >
        {t("welcome.first.here")}
      </button>
      <p>{t("welcome.first.hereHint", { size: model.weightBytes })}</p>
    </li>
  );
  return (
    <section className="first" aria-label={t("welcome.first.name")}>
      <p className="first-reason">{t(`welcome.first.${reason}`, { model: model.name })}</p>
      <ul className="first-ways">
        {offline ? (
          here
        ) : (
          <>
            <li className="first-way">
              <Link className="button button-main" href={`/donate${query}`}>
                {t(alone ? "welcome.first.donate" : "welcome.first.donateMore")}
              </Link>
              <p>{t("welcome.first.donateHint")}</p>
            </li>
            {here}
            <li className="first-way">
              <InviteButton look="button" />
              <p>{t("welcome.first.inviteHint")}</p>
            </li>
          </>
        )}
      </ul>
    </section>
  );
}
