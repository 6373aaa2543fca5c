import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Icon } from "../ui/icon.tsx";
import "./where-badge.css";

/** Says where the next message goes, leads to who sees what, and changes it. */
export function WhereBadge({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const { chat, query } = usePage();
  const where = useStore(chat.store, (s) => s.where);
  const here = where === "this-tab";
  return (
    <div className="where">
      <p className="where-badge" id={id} data-where={where}>
        <Icon name={here ? "lock" : "people"} />
        <span>
          <strong>{t(here ? "chat:where.here" : "chat:where.swarm")}</strong>{" "}
          {t(here ? "chat:where.hereWords" : "chat:where.swarmWords")}
        </span>
      </p>
      <span className="where-ways">
        <Link className="where-way" href={`/privacy${query}`}>
          {t("chat:where.who")}
        </Link>
        <button
          className="button-words where-way"
          type="button"
          onClick={() => chat.moveTo(here ? "swarm" : "this-tab")}
        >
          {t(here ? "chat:where.useSwarm" : "chat:where.useHere")}
        </button>
      </span>
    </div>
  );
}
