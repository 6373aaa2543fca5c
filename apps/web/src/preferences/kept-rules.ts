import { defaultRules, type DonationRules, rulesSchema } from "@potluck/donor";
import * as v from "valibot";

/** A donor's rules as they were kept; each one that is missing or not valid falls back alone. */
export function keptRules(stored: unknown): DonationRules {
  const given = typeof stored === "object" && stored !== null ? Object.entries(stored) : [];
  const valid = given.filter(
    ([name, value]) => Object.hasOwn(defaultRules, name) && v.is(rulesSchema, { ...defaultRules, [name]: value }),
  );
  return { ...defaultRules, ...Object.fromEntries(valid) };
}
