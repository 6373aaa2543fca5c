import { expect, test } from "vitest";
import { firstChars } from "./first-chars.ts";

test.each([
  ["the long story", 3, "the"],
  ["👩‍👩‍👧 family", 1, "👩‍👩‍👧"],
  ["你好吗", 2, "你好"],
  ["short", 60, "short"],
  ["", 3, ""],
])("WB37 a title of %j is cut after %i characters, none of them apart", (text, count, cut) => {
  expect(firstChars(text, count)).toBe(cut);
});
