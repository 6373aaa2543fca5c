import type { ModelStatus } from "@potluck/donor";
import { describeRange, type LayerRange } from "@potluck/protocol";
import { count } from "../ui/format.ts";

/** Neighbouring layers that the same number of tabs hold. */
export interface CoverageRun extends LayerRange {
  readonly tabs: number;
  readonly joining: number;
}

type Layers = Pick<ModelStatus, "layerCount" | "tabsPerLayer" | "joiningPerLayer">;

/** All layers in order, each in exactly one run. */
export function coverageRuns({ layerCount, tabsPerLayer, joiningPerLayer }: Layers): CoverageRun[] {
  const runs: CoverageRun[] = [];
  for (let layer = 0; layer < layerCount; layer += 1) {
    const tabs = tabsPerLayer[layer] ?? 0;
    const joining = joiningPerLayer[layer] ?? 0;
    const last = runs.at(-1);
    if (last !== undefined && last.tabs === tabs && last.joining === joining) {
      runs[runs.length - 1] = { ...last, to: layer + 1 };
    } else {
      runs.push({ from: layer, to: layer + 1, tabs, joining });
    }
  }
  return runs;
}

/** The model once the coordinator has counted a tab that holds `range`: its count is seconds old. */
export function withHeld(model: ModelStatus, range: LayerRange): ModelStatus {
  const tabsPerLayer = model.tabsPerLayer.map((tabs, layer) =>
    layer >= range.from && layer < range.to ? Math.max(1, tabs) : tabs,
  );
  return { ...model, tabsPerLayer };
}

/** Layers that no ready tab holds, as ranges. */
export function missingLayers(model: Layers): LayerRange[] {
  return rangesWhere(model, (run) => run.tabs === 0);
}

/** Layers that some tab is loading, as ranges. */
export function joiningLayers(model: Layers): LayerRange[] {
  return rangesWhere(model, (run) => run.joining > 0);
}

function rangesWhere(model: Layers, holds: (run: CoverageRun) => boolean): LayerRange[] {
  const ranges: LayerRange[] = [];
  for (const { from, to } of coverageRuns(model).filter(holds)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === from) ranges[ranges.length - 1] = { from: last.from, to };
    else ranges.push({ from, to });
  }
  return ranges;
}

/** The coverage in one sentence, for people who do not see the bar. */
export function describeCoverage(model: Layers): string {
  return coverageRuns(model)
    .map(({ tabs, joining, ...range }) => {
      const held = tabs === 0 ? "on no tab" : `on ${count(tabs, "tab")}`;
      return `${describeRange(range)} ${held}${joining > 0 ? `, ${joining} joining` : ""}`;
    })
    .join("; ");
}
