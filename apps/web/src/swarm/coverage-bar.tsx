import type { LayerRange } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { describeCounts, describeCoverage, layerCounts, type Layers } from "./coverage.ts";
import "./coverage-bar.css";

export interface CoverageBarProps {
  readonly model: Layers & { readonly name: string };
  /** Layers to mark, for example those that this tab holds. */
  readonly mark?: LayerRange;
}

/** One cell a layer, fuller the more tabs hold it. One picture to a screen reader, with the same in words. */
export function CoverageBar({ model, mark }: CoverageBarProps): ReactElement {
  const { t } = useTranslation();
  const layers = Array.from({ length: model.layerCount }, (_, layer) => layer);
  const density = model.layerCount > 40 ? "fine" : model.layerCount > 16 ? "medium" : "coarse";
  return (
    <div className="coverage">
      <div
        className="coverage-bar"
        data-density={density}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn with boxes: there is no file to show
        role="img"
        aria-label={t("swarm:cover.picture", { model: model.name, cover: describeCoverage(model, t) })}
      >
        {layers.map((layer) => {
          const counts = layerCounts(model, layer);
          return (
            <span
              className="coverage-cell"
              key={layer}
              data-level={Math.min(3, counts.tabs)}
              data-joining={counts.joining > 0}
              data-unreachable={counts.tabs === 0 && counts.unreachable > 0}
              data-marked={mark !== undefined && layer >= mark.from && layer < mark.to}
              title={t("swarm:cover.cell", {
                layer: t("swarm:layer", { n: layer }),
                cover: describeCounts(counts, t),
              })}
            >
              {counts.tabs}
            </span>
          );
        })}
      </div>
      <div className="coverage-axis" aria-hidden="true">
        <span>{t("swarm:layer", { n: 0 })}</span>
        {mark !== undefined && <span className="coverage-mark">{t("swarm:cover.thisTab")}</span>}
        <span>{t("swarm:layer", { n: model.layerCount - 1 })}</span>
      </div>
    </div>
  );
}
