import * as v from "valibot";
import { expect, test } from "vitest";
import { defaultRules, guestRules, rulesSchema } from "./rules.ts";

test("DN47 rules that were kept before these came to be stay good, without them", () => {
  const { pauseHiddenOnBattery: _b, pauseOnSavedData: _d, pauseOnSlowNetwork: _n, ...older } = defaultRules;
  expect(v.parse(rulesSchema, { ...older, share: 0.5 })).toEqual({ ...defaultRules, share: 0.5 });
  expect(v.parse(rulesSchema, guestRules)).toEqual(guestRules);
});
