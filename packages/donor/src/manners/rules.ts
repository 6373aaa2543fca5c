import { type ModelId, modelIdSchema } from "@potluck/protocol";
import * as v from "valibot";

/** When a donor gives; days count from Sunday, 0, to 6, minutes from local midnight. Over midnight when `toMinute` is not above `fromMinute`; the day is then the one on which it begins. */
export interface Schedule {
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** What a donor asks of a donation, beside its memory budget (DN36). */
export interface DonationRules {
  /** Of the time, how much the device computes for others; from 0.05 to 1. */
  readonly share: number;
  /** Only while nobody uses the device. */
  readonly onlyIdle: boolean;
  /** Only on mains power. */
  readonly onlyMains: boolean;
  /** Not while the page can't be seen. */
  readonly pauseHidden: boolean;
  /** Not while it can't be seen and the device may be on battery: a browser that can't tell counts as if it were (DN47). */
  readonly pauseHiddenOnBattery: boolean;
  /** Not while the person asks sites to save data. */
  readonly pauseOnSavedData: boolean;
  /** Not on 2G, 3G or below 1 Mbit/s, as the browser tells. */
  readonly pauseOnSlowNetwork: boolean;
  /** Not while this page's own frames come late. */
  readonly pauseWhenPageSuffers: boolean;
  /** Bytes down- and uploaded a local day, over all windows of this browser; null for no cap. */
  readonly dailyCapBytes: number | null;
  /** Null for always. */
  readonly schedule: Schedule | null;
  /** Models it may serve; empty for any. */
  readonly models: readonly ModelId[];
  /** ISO 3166-1 alpha-2, as the person chose to be shown; null for none. Never guessed. */
  readonly country: string | null;
  /** Keeps the screen from going off while it donates. */
  readonly keepAwake: boolean;
}

export const defaultRules: DonationRules = {
  share: 1,
  onlyIdle: false,
  onlyMains: false,
  pauseHidden: false,
  pauseHiddenOnBattery: false,
  pauseOnSavedData: false,
  pauseOnSlowNetwork: false,
  pauseWhenPageSuffers: false,
  dailyCapBytes: null,
  schedule: null,
  models: [],
  country: null,
  keepAwake: false,
};

/** Of a visitor of a partner's site, whose page this is not (EB13). */
export const guestRules: DonationRules = {
  ...defaultRules,
  share: 0.25,
  pauseHiddenOnBattery: true,
  pauseOnSavedData: true,
  pauseOnSlowNetwork: true,
  pauseWhenPageSuffers: true,
  dailyCapBytes: 500e6,
};

const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));

/** For whoever keeps rules: what is not valid is the default's. */
export const rulesSchema: v.GenericSchema<unknown, DonationRules> = v.object({
  share: v.pipe(v.number(), v.minValue(0.05), v.maxValue(1)),
  onlyIdle: v.boolean(),
  onlyMains: v.boolean(),
  pauseHidden: v.boolean(),
  // What was kept before these came to be stays good.
  pauseHiddenOnBattery: v.optional(v.boolean(), false),
  pauseOnSavedData: v.optional(v.boolean(), false),
  pauseOnSlowNetwork: v.optional(v.boolean(), false),
  pauseWhenPageSuffers: v.boolean(),
  dailyCapBytes: v.nullable(v.pipe(v.number(), v.minValue(0))),
  schedule: v.nullable(
    v.object({
      days: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
      fromMinute: minute,
      toMinute: minute,
    }),
  ),
  models: v.pipe(v.array(modelIdSchema), v.maxLength(32)),
  country: v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/u))),
  keepAwake: v.boolean(),
});

/** Why a tab does not serve now. */
export type PauseReason =
  /** The person pressed Pause; ends only by Resume. */
  | { readonly why: "by-person" }
  | { readonly why: "not-idle" }
  | { readonly why: "on-battery" }
  | { readonly why: "hidden" }
  | { readonly why: "hidden-on-battery" }
  | { readonly why: "save-data" }
  | { readonly why: "slow-network" }
  /** This page, or the one around it. */
  | { readonly why: "page-suffers" }
  /** The page is in sight, what shows this tab in it is not. */
  | { readonly why: "out-of-sight" }
  /** Ends at local midnight. */
  | { readonly why: "data-cap"; readonly untilMs: number }
  | { readonly why: "schedule"; readonly untilMs: number }
  /** Nothing stands in the way any more; it goes on when that has lasted a little (DN37). */
  | { readonly why: "calming-down"; readonly untilMs: number };

/** The rules that need something of the browser. */
export type SensedRule =
  | "onlyIdle"
  | "onlyMains"
  | "pauseOnSavedData"
  | "pauseOnSlowNetwork"
  | "keepAwake"
  | "dailyCapBytes"
  | "otherWindows";

/** Whether this browser can follow a rule. */
export type SensorReport =
  | { readonly kind: "works" }
  /** It can once the person allows it: see `Donation.allowIdle`. */
  | { readonly kind: "ask" }
  | { readonly kind: "denied" }
  /** The browser has no such thing, or has it only over https. */
  | { readonly kind: "missing"; readonly why: "browser" | "insecure" };

export type SensorReports = Readonly<Record<SensedRule, SensorReport>>;
