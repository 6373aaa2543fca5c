import type { CachedModel } from "@potluck/donor";
import { type ReactElement, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../../app/page.ts";
import { CachedRow } from "./cached-row.tsx";
import { useCache } from "./use-cache.ts";
import "./cache-section.css";

type News = {
  readonly key: "deleted" | "deletedRest" | "notDeleted" | "deleteFailed";
  readonly model: string;
  readonly n: number;
};

/** What this browser keeps of models, and how to be rid of it. */
export function CacheSection(): ReactElement {
  const { t } = useTranslation();
  const offered = useStore(usePage().tab.swarm)?.models ?? [];
  const [kept, remove] = useCache();
  const [news, setNews] = useState<News | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const nameOf = ({ modelId }: CachedModel): string => offered.find(({ id }) => id === modelId)?.name ?? modelId;

  const deleteIt = async (model: CachedModel): Promise<void> => {
    const name = nameOf(model);
    try {
      const { isRemoved, leftBytes } = await remove(model.modelId);
      const key = !isRemoved ? "notDeleted" : leftBytes > 0 ? "deletedRest" : "deleted";
      setNews({ key, model: name, n: leftBytes });
    } catch {
      setNews({ key: "deleteFailed", model: name, n: 0 });
    }
    // The button that was pressed is gone.
    heading.current?.focus();
  };

  return (
    <section className="card cache" aria-labelledby="donate-cache">
      <div>
        <h2 id="donate-cache" tabIndex={-1} ref={heading}>
          {t("donate:cache.heading")}
        </h2>
        <p className="donate-soft">{t("donate:cache.lead")}</p>
      </div>
      {kept.kind === "looking" && <p className="donate-soft">{t("donate:cache.wait")}</p>}
      {kept.kind === "failed" && <p className="donate-soft">{t("donate:cache.failed")}</p>}
      {kept.kind === "known" && (
        <>
          {kept.models.length === 0 ? (
            <p data-part="cache-empty">{t("donate:cache.empty")}</p>
          ) : (
            <ul className="cached">
              {kept.models.map((model) => (
                <CachedRow key={model.modelId} model={model} name={nameOf(model)} onDelete={() => deleteIt(model)} />
              ))}
            </ul>
          )}
          {kept.models.length > 0 && (
            <p className="donate-soft">
              {kept.quotaBytes === null
                ? t("donate:cache.total", { n: total(kept.models) })
                : t("donate:cache.totalOf", { n: total(kept.models), quota: kept.quotaBytes })}
            </p>
          )}
        </>
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- not the result of a form */}
      <p role="status" className="cache-news">
        {news !== null && t(`donate:cache.${news.key}`, { model: news.model, n: news.n })}
      </p>
    </section>
  );
}

const total = (models: readonly CachedModel[]): number => models.reduce((sum, { bytes }) => sum + bytes, 0);
