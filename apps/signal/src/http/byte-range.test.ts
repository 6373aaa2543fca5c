import { expect, test } from "vitest";
import { parseRange } from "./byte-range.ts";

test.each([
  [undefined, { kind: "whole" }],
  ["bytes=0-0", { kind: "part", first: 0, last: 0 }],
  ["bytes=2-4", { kind: "part", first: 2, last: 4 }],
  ["bytes=7-", { kind: "part", first: 7, last: 9 }],
  ["bytes=7-99", { kind: "part", first: 7, last: 9 }],
  ["bytes=-3", { kind: "part", first: 7, last: 9 }],
  ["bytes=-99", { kind: "part", first: 0, last: 9 }],
  ["bytes=-0", { kind: "unsatisfiable" }],
  ["bytes=10-", { kind: "unsatisfiable" }],
  ["bytes=5-2", { kind: "whole" }],
  ["bytes=-", { kind: "whole" }],
  ["bytes=0-1,3-4", { kind: "whole" }],
  ["lines=1-2", { kind: "whole" }],
  ["bytes=99999999999999999999-", { kind: "unsatisfiable" }],
])("SG8 the range %s of 10 bytes is read as HTTP says", (header, want) => {
  expect(parseRange(header, 10)).toEqual(want);
});
