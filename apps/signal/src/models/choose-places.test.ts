import { demoModels } from "@potluck/demo-model";
import { expect, test } from "vitest";
import { choosePlaces, whatIsMissing } from "./choose-places.ts";

const shipped = demoModels();
const added = [{ id: "mine", manifestDir: shipped[0]?.manifestDir ?? "", sourceDir: null }];

test("SG14 without a list the default model and all that were added are served, with one only what it names", () => {
  const ids = (wanted: readonly string[] | null): string[] =>
    choosePlaces(wanted, added, shipped).map((place) => place.id);
  expect(ids(null)).toEqual(["mine", "swarm-demo-10m-q4"]);
  expect(ids(["swarm-demo-10m-q4f16", "typo"])).toEqual(["swarm-demo-10m-q4f16"]);
});

test("SG14 what is missing is named with what there is", () => {
  const all = [...added, ...shipped];
  expect(whatIsMissing(null, ["mine"], all)).toBeNull();
  expect(whatIsMissing(["mine"], ["mine"], all)).toBeNull();
  expect(whatIsMissing(["mine", "typo"], ["mine"], all)).toBe(
    "POTLUCK_MODELS names typo, which can't be served. Models that are there: mine, swarm-demo-10m-q4, " +
      "swarm-demo-10m-q4f16, swarm-demo-draft-1m-q4.",
  );
  expect(whatIsMissing(["mine"], [], all)).toMatch(/The log says why one is skipped\.$/);
  expect(whatIsMissing(null, [], [])).toBe(
    "There is no model that can be served. No model is there. The log says why one is skipped.",
  );
});
