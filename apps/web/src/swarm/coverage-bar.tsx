import type { ModelStatus } from "@potluck/donor";
import type { LayerRange } from "@potluck/protocol";
import type { ReactElement } from "react";
import { count } from "../ui/format.ts";
import { describeCoverage } from "./coverage.ts";
import "./coverage-bar.css";

export interface CoverageBarProps {
  readonly model: ModelStatus;
  /** Layers to mark, for example those that this tab holds. */
  readonly mark?: LayerRange;
}

/** One cell a layer, fuller the more tabs hold it. One picture to a screen reader, with the same in words. */
export function CoverageBar({ model, mark }: CoverageBarProps): ReactElement {
  const layers = Array.from({ length: model.layerCount }, (_, layer) => layer);
  const density = model.layerCount > 40 ? "fine" : model.layerCount > 16 ? "medium" : "coarse";
  return (
    <div className="coverage">
      <div
        className="coverage-bar"
        data-density={density}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn with boxes: there is no file to show
        role="img"
        aria-label={`${model.name}: ${describeCoverage(model)}`}
      >
        {layers.map((layer) => {
          const tabs = model.tabsPerLayer[layer] ?? 0;
          const joining = model.joiningPerLayer[layer] ?? 0;
          return (
            <span
              className="coverage-cell"
              key={layer}
              data-level={Math.min(3, tabs)}
              data-joining={joining > 0}
              data-marked={mark !== undefined && layer >= mark.from && layer < mark.to}
              title={`Layer ${layer}: ${count(tabs, "tab")}${joining > 0 ? `, ${joining} joining` : ""}`}
            >
              {tabs}
            </span>
          );
        })}
      </div>
      <div className="coverage-axis" aria-hidden="true">
        <span>layer 0</span>
        {mark !== undefined && <span className="coverage-mark">this tab</span>}
        <span>layer {model.layerCount - 1}</span>
      </div>
    </div>
  );
}
