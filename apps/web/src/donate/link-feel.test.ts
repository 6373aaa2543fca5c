import { expect, test } from "vitest";
import { linkFeel } from "./link-feel.ts";

test.each([
  [0.4, "quick"],
  [20, "fair"],
  [79, "fair"],
  [120, "slow"],
  [200, "far"],
] as const)("WB54 links of %d ms are %s", (ms, feel) => {
  expect(linkFeel(ms)).toBe(feel);
});
