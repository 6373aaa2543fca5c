import { expect, test } from "vitest";
import { type DeviceHints, whyUnsuited } from "./suited.ts";

const desk = { coarsePointer: false, shortSide: 900 };
const hand = { coarsePointer: true, shortSide: 390 };

test.each<[DeviceHints, typeof desk, string | null]>([
  [{}, desk, null],
  [{ userAgentData: { mobile: true } }, desk, "phone"],
  // A laptop with a touch screen says so itself.
  [{ userAgentData: { mobile: false } }, hand, null],
  [{}, hand, "phone"],
  [{}, { coarsePointer: true, shortSide: 820 }, null],
  [{ deviceMemory: 2 }, desk, "memory"],
  [{ deviceMemory: 4 }, desk, null],
  [{ connection: { saveData: true } }, desk, "saved-data"],
  [{ connection: { effectiveType: "3g" } }, desk, "slow-network"],
  [{ connection: { effectiveType: "4g", downlink: 0.95 } }, desk, "slow-network"],
  [{ connection: { effectiveType: "4g", downlink: 1.35, saveData: false } }, desk, null],
])("EB13 a device that tells %j on a screen %j: %s", (hints, screen, why) => {
  expect(whyUnsuited(hints, screen)).toBe(why);
});
