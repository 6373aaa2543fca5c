import { expect, test } from "vitest";
import { formatBytes, formatDuration, formatNumber } from "./format.ts";

test("WB2 bytes and durations are short and never show a unit too small", () => {
  expect([0, 999, 999_600, 3_400_000, 10_900_000, 560_000_000, 26_780_000_000].map((n) => formatBytes(n))).toEqual([
    "0 B",
    "999 B",
    "1 MB",
    "3.4 MB",
    "10.9 MB",
    "560 MB",
    "26.8 GB",
  ]);
  expect([0.4, 310, 999.7, 2350, 185_000, 3_600_000, 7_830_000].map((ms) => formatDuration(ms))).toEqual([
    "0 ms",
    "310 ms",
    "1 s",
    "2.4 s",
    "3 min 5 s",
    "1 h",
    "2 h 11 min",
  ]);
});

test("WB61 numbers are written as the language writes them", () => {
  expect(["en", "de", "es", "zh"].map((language) => formatBytes(3_400_000, language))).toEqual([
    "3.4 MB",
    "3,4 MB",
    "3,4 MB",
    "3.4 MB",
  ]);
  expect([formatDuration(2350, "de"), formatNumber(12_345.6, "de"), formatNumber(12_345.6, "en", 0)]).toEqual([
    "2,4 s",
    "12.345,6",
    "12,346",
  ]);
});
