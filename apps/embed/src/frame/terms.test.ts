import { guestRules } from "@potluck/donor";
import { expect, test } from "vitest";
import { consentHours, guestDailyBytes, guestShare } from "./terms.ts";

test("EB7 EB13 the question promises what the donor's code holds to", () => {
  expect([guestShare, guestDailyBytes, consentHours]).toEqual([guestRules.share, guestRules.dailyCapBytes, 24]);
  expect(guestRules).toMatchObject({
    pauseHiddenOnBattery: true,
    pauseOnSavedData: true,
    pauseOnSlowNetwork: true,
    pauseWhenPageSuffers: true,
  });
});
