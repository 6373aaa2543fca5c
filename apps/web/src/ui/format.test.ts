import { expect, test } from "vitest";
import { formatBytes, formatDuration, ordinal } from "./format.ts";

test("WB2 bytes, durations and places are short and never show a unit too small", () => {
  expect([0, 999, 999_600, 3_400_000, 10_900_000, 560_000_000, 26_780_000_000].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1 MB",
    "3.4 MB",
    "10.9 MB",
    "560 MB",
    "26.8 GB",
  ]);
  expect([0.4, 310, 2350].map(formatDuration)).toEqual(["0 ms", "310 ms", "2.4 s"]);
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual(
    "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th".split(" "),
  );
});
