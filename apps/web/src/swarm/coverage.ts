import type { ModelStatus } from "@potluck/donor";
import type { LayerRange, ModelNow } from "@potluck/protocol";
import type { Words } from "../i18n/create-words.ts";
import { describeLayers } from "./describe-layers.ts";

/** How many tabs are there for a layer. */
export interface LayerCounts {
  readonly tabs: number;
  readonly joining: number;
  readonly unreachable: number;
  readonly standby: number;
}

/** Neighbouring layers for which the same tabs are there. */
export interface CoverageRun extends LayerRange, LayerCounts {}

/** A model as far as its layers go; the short form of a model does not tell who is out of reach or stands by. */
export type Layers = Pick<ModelStatus, "layerCount" | "tabsPerLayer" | "joiningPerLayer"> &
  Partial<Pick<ModelNow, "unreachablePerLayer" | "standbyPerLayer">>;

export function layerCounts(model: Layers, layer: number): LayerCounts {
  return {
    tabs: model.tabsPerLayer[layer] ?? 0,
    joining: model.joiningPerLayer[layer] ?? 0,
    unreachable: model.unreachablePerLayer?.[layer] ?? 0,
    standby: model.standbyPerLayer?.[layer] ?? 0,
  };
}

/** All layers in order, each in exactly one run. */
export function coverageRuns(model: Layers): CoverageRun[] {
  const runs: CoverageRun[] = [];
  for (let layer = 0; layer < model.layerCount; layer += 1) {
    const counts = layerCounts(model, layer);
    const last = runs.at(-1);
    if (last !== undefined && sameCounts(last, counts)) runs[runs.length - 1] = { ...last, to: layer + 1 };
    else runs.push({ from: layer, to: layer + 1, ...counts });
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

/** Layers that nobody holds but tabs whose connection is lost, as ranges. */
export function unreachableLayers(model: Layers): LayerRange[] {
  return rangesWhere(model, (run) => run.tabs === 0 && run.unreachable > 0);
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

function sameCounts(a: LayerCounts, b: LayerCounts): boolean {
  return a.tabs === b.tabs && a.joining === b.joining && a.unreachable === b.unreachable && a.standby === b.standby;
}

/** `on 2 tabs, 1 joining`. */
export function describeCounts({ tabs, joining, unreachable, standby }: LayerCounts, t: Words): string {
  return [
    tabs === 0 ? t("swarm:cover.nobody") : t("swarm:cover.tabs", { count: tabs }),
    ...(joining > 0 ? [t("swarm:cover.joining", { count: joining })] : []),
    ...(unreachable > 0 ? [t("swarm:cover.unreachable", { count: unreachable })] : []),
    ...(standby > 0 ? [t("swarm:cover.standby", { count: standby })] : []),
  ].join(", ");
}

/** The coverage in one sentence, for people who do not see the bar. */
export function describeCoverage(model: Layers, t: Words): string {
  return coverageRuns(model)
    .map((run) => t("swarm:cover.run", { layers: describeLayers(run, t), cover: describeCounts(run, t) }))
    .join("; ");
}
