/** Composition root: everything a page needs to donate and to ask. Browser only; what it is made of is in the packages above. */
export * from "./problem.ts";
export * from "./donation/donation.ts";
export { type Ledger, type LedgerDay, emptyDay } from "./ledger/ledger.ts";
export {
  type DonationRules,
  type PauseReason,
  type Schedule,
  type SensedRule,
  type SensorReport,
  type SensorReports,
  defaultRules,
  guestRules,
  rulesSchema,
} from "./manners/rules.ts";
export type { OutsideSenses } from "./manners/senses.ts";
export * from "./asking/asker.ts";
export * from "./tab.ts";
