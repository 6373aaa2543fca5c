import type { Browser } from "@playwright/test";
import type { BackendName } from "../stage/index.ts";
import { openPage, startCoordinator } from "../stage/index.ts";
import type { BenchModel } from "./bench-model.ts";
import { median } from "./median.ts";
import { timeWidths } from "./widths/engine-in-page.ts";
import { renderWidths, type WidthRow } from "./widths/render-widths.ts";
import { within } from "./within.ts";

export interface WidthsOptions {
  readonly browser: Browser;
  readonly backends: readonly BackendName[];
  readonly model: BenchModel;
  readonly widths: readonly number[];
  /** Runs of each width. */
  readonly repeats: (backend: BackendName) => number;
  readonly progress: (line: string) => void;
}

/** Positions that are in the cache before. */
const contextTokens = 172;
const deadlineMs = 400_000;

/** A Markdown table: what a run of several rows costs, as verifying guesses needs it, over what a run of one costs. */
export async function measureWidths(options: WidthsOptions): Promise<string> {
  const { browser, model, widths, progress } = options;
  const { id: modelId, layerCount, dataDir } = model;
  const coordinator = await startCoordinator(
    dataDir === undefined ? {} : { dataDir, env: { POTLUCK_MODELS: modelId } },
  );
  const rows: WidthRow[] = [];
  try {
    for (const backend of options.backends) {
      for (const part of [
        { name: "whole", range: { from: 0, to: layerCount } },
        { name: "first half", range: { from: 0, to: Math.ceil(layerCount / 2) } },
      ]) {
        const { page, context } = await openPage(browser, coordinator.url, "/", backend);
        try {
          const repeats = options.repeats(backend);
          const fill = backend === "webgpu" && repeats < 5 ? 16 : contextTokens;
          const request = { modelId, range: part.range, backend, widths: [...widths], repeats, fill };
          const times = await within(
            deadlineMs,
            `timing runs of the ${part.name} on ${backend}`,
            timeWidths(page, request),
          );
          rows.push({ backend, part: part.name, medianMs: new Map(widths.map((w, i) => [w, median(times[i] ?? [])])) });
          progress(`${backend}, ${part.name}: done`);
        } finally {
          await context.close();
        }
      }
    }
  } finally {
    await coordinator.stop();
  }
  return renderWidths(rows, widths);
}
