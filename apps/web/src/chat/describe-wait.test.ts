import { expect, test } from "vitest";
import { createWords } from "../i18n/create-words.ts";
import { describeWait } from "./describe-wait.ts";

test.each([
  [0, "less than a minute"],
  [44_000, "less than a minute"],
  [45_000, "about a minute"],
  [80_000, "about a minute"],
  [110_000, "about 2 minutes"],
  [59 * 60_000, "about 59 minutes"],
  [5 * 3_600_000, "more than an hour"],
])("WB50 a wait of %i ms is told as: %s", (ms, words) => {
  expect(describeWait(ms, createWords().t)).toBe(words);
});
