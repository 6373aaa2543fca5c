import type { ModelStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import "./offer.css";

/** Two ways on where nobody serves the model: load it here, or bring the missing layers. */
export function RunHereOffer({ model }: { readonly model: ModelStatus | null }): ReactElement | null {
  const { t } = useTranslation();
  const { chat, query } = usePage();
  const where = useStore(chat.store, (s) => s.where);
  if (model === null || where === "this-tab") return null;
  return (
    <div className="offer">
      <button className="button button-main" type="button" onClick={() => chat.moveTo("this-tab")}>
        {t("chat:offer.here")}
      </button>
      <Link className="button" href={`/donate${query}`}>
        {t("chat:offer.donate")}
      </Link>
      <p className="offer-cost">{t("chat:offer.cost", { size: model.weightBytes })}</p>
    </div>
  );
}
