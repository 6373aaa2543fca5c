import { expect, test } from "vitest";
import { isSlow } from "./network-information.ts";

const addEventListener = (): void => undefined;

test.each([
  [null, {}],
  [true, { effectiveType: "slow-2g" }],
  [true, { effectiveType: "2g", downlink: 10 }],
  [true, { effectiveType: "3g", downlink: 10 }],
  [false, { effectiveType: "4g" }],
  [true, { effectiveType: "4g", downlink: 0.95 }],
  [false, { effectiveType: "4g", downlink: 1 }],
  // A Chromium that has yet to measure.
  [false, { effectiveType: "4g", downlink: 1.35 }],
  [true, { downlink: 0.4 }],
  [false, { downlink: 10 }],
  // What is yet to be named is faster.
  [false, { effectiveType: "5g" }],
])("DN47 slow: %s for %j", (slow, told) => {
  expect(isSlow({ ...told, addEventListener })).toBe(slow);
});
