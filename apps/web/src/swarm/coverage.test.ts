import fc from "fast-check";
import { expect, test } from "vitest";
import { createWords } from "../i18n/create-words.ts";
import { coverageRuns, describeCoverage, joiningLayers, missingLayers } from "./coverage.ts";

const { t } = createWords();

const model = {
  layerCount: 12,
  tabsPerLayer: [2, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0],
  joiningPerLayer: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
};

test("WB12 coverage is told in words", () => {
  expect(describeCoverage(model, t)).toBe(
    "layers 0–3 on 2 tabs; layers 4–5 on 1 tab; layers 6–7 on no tab; layers 8–11 on no tab, 1 joining",
  );
  expect(missingLayers(model)).toEqual([{ from: 6, to: 12 }]);
  expect(joiningLayers(model)).toEqual([{ from: 8, to: 12 }]);
});

test("WB12 every layer is in exactly one run, with its own counts", () => {
  const counts = fc.array(fc.nat(3), { maxLength: 64 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), counts, counts, (layerCount, tabsPerLayer, joiningPerLayer) => {
      const told = coverageRuns({ layerCount, tabsPerLayer, joiningPerLayer }).flatMap((run) =>
        Array.from({ length: run.to - run.from }, (_, i) => [run.from + i, run.tabs, run.joining]),
      );
      expect(told).toEqual(
        Array.from({ length: layerCount }, (_, i) => [i, tabsPerLayer[i] ?? 0, joiningPerLayer[i] ?? 0]),
      );
    }),
  );
});
