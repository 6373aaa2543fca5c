import type { ModelId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, holdsUpLoading, type LocalTime, type Observed } from "./decide.ts";
import { type DonationRules, defaultRules, guestRules } from "./rules.ts";

const calm: Observed = {
  pausedByPerson: false,
  idle: null,
  onBattery: null,
  hidden: false,
  savesData: null,
  slowNetwork: null,
  pageSuffers: false,
  around: { suffers: false, outOfSight: false },
  bytesToday: 0,
};
/** A Wednesday. */
const at = (day: number, hours: number): LocalTime => ({
  ms: 1e12 + (day * 24 + hours) * 3_600_000,
  day,
  minute: hours * 60,
});
const noon = at(3, 12);
const whys = (rules: Partial<DonationRules>, observed: Partial<Observed> = {}, now = noon) =>
  decide({ ...defaultRules, ...rules }, { ...calm, ...observed }, now).map(({ why }) => why);

describe("decide", () => {
  test("DN36 every reason is named, and only those whose rule is set", () => {
    const bad = { idle: false, onBattery: true, hidden: true, pageSuffers: true, bytesToday: 10 };
    expect(whys({}, bad)).toEqual([]);
    const strict = {
      onlyIdle: true,
      onlyMains: true,
      pauseHidden: true,
      pauseWhenPageSuffers: true,
      dailyCapBytes: 10,
    };
    const schedule = { days: [4], fromMinute: 0, toMinute: 60 };
    expect(whys({ ...strict, schedule }, { ...bad, pausedByPerson: true })).toEqual([
      "by-person",
      "not-idle",
      "on-battery",
      "hidden",
      "data-cap",
      "schedule",
    ]);
    // Nobody looks at the frames of a hidden page.
    expect(whys(strict, { pageSuffers: true })).toEqual(["page-suffers"]);
  });

  test("DN36 what a browser can't tell is no reason", () => {
    expect(whys({ onlyIdle: true, onlyMains: true })).toEqual([]);
  });

  test("DN36 share, models, country and wakefulness never pause anything", () => {
    expect(whys({ share: 0.05, models: ["m" as ModelId], country: "CH", keepAwake: true })).toEqual([]);
  });

  test("DN36 a schedule counts by the day on which it begins, over midnight too", () => {
    const night = { days: [5], fromMinute: 22 * 60, toMinute: 6 * 60 };
    expect(whys({ schedule: night }, {}, at(5, 21))).toEqual(["schedule"]);
    expect(whys({ schedule: night }, {}, at(5, 22))).toEqual([]);
    expect(whys({ schedule: night }, {}, at(6, 5.9))).toEqual([]);
    expect(whys({ schedule: night }, {}, at(6, 6))).toEqual(["schedule"]);
    expect(whys({ schedule: night }, {}, at(5, 3))).toEqual(["schedule"]);
    // Saturday's night ends on Sunday, which is day 0.
    expect(whys({ schedule: { ...night, days: [6] } }, {}, at(0, 1))).toEqual([]);
  });

  test("DN36 the end of a scheduled wait is when the schedule begins", () => {
    const [reason] = decide({ ...defaultRules, schedule: { days: [1], fromMinute: 60, toMinute: 120 } }, calm, noon);
    expect(reason).toEqual({ why: "schedule", untilMs: noon.ms + (5 * 24 - 11) * 3_600_000 });
  });

  test("DN36 whatever the schedule, waiting until its end leads to a time at which it lets donate", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
        minute,
        minute,
        fc.integer({ min: 0, max: 6 }),
        minute,
        (days, fromMinute, toMinute, day, now) => {
          const rules = { ...defaultRules, schedule: { days, fromMinute, toMinute } };
          const [reason] = decide(rules, calm, { ms: 0, day, minute: now });
          const untilMs = reason?.why === "schedule" ? reason.untilMs : 0;
          expect([reason === undefined, untilMs > 0]).toContain(true);
          const later = day * 1440 + now + untilMs / 60_000;
          expect(decide(rules, calm, { ms: 0, day: Math.floor(later / 1440) % 7, minute: later % 1440 })).toEqual([]);
        },
      ),
    );
  });

  test("DN39 a cap that is reached pauses until local midnight", () => {
    const rules = { ...defaultRules, dailyCapBytes: 100 };
    expect(decide(rules, { ...calm, bytesToday: 99 }, noon)).toEqual([]);
    expect(decide(rules, { ...calm, bytesToday: 100 }, noon)).toEqual([
      { why: "data-cap", untilMs: noon.ms + 12 * 3_600_000 },
    ]);
  });

  test.each<[readonly string[], Partial<DonationRules>, Partial<Observed>]>([
    [[], {}, { hidden: true, onBattery: true, savesData: true, slowNetwork: true }],
    [["hidden-on-battery"], { pauseHiddenOnBattery: true }, { hidden: true, onBattery: true }],
    // A browser that can't tell counts as on battery.
    [["hidden-on-battery"], { pauseHiddenOnBattery: true }, { hidden: true, onBattery: null }],
    [[], { pauseHiddenOnBattery: true }, { hidden: true, onBattery: false }],
    [[], { pauseHiddenOnBattery: true }, { hidden: false, onBattery: true }],
    [["save-data"], { pauseOnSavedData: true }, { savesData: true }],
    [[], { pauseOnSavedData: true }, { savesData: false }],
    [["slow-network"], { pauseOnSlowNetwork: true }, { slowNetwork: true }],
    [[], { pauseOnSlowNetwork: true }, { slowNetwork: false }],
    // A browser that tells nothing of its network is no reason.
    [[], { pauseOnSavedData: true, pauseOnSlowNetwork: true }, {}],
    // What is told of the page around counts without a rule, once, and only while anything can be seen.
    [["page-suffers"], {}, { around: { suffers: true, outOfSight: false } }],
    [
      ["page-suffers"],
      { pauseWhenPageSuffers: true },
      { pageSuffers: true, around: { suffers: true, outOfSight: false } },
    ],
    [["out-of-sight"], {}, { around: { suffers: false, outOfSight: true } }],
    [[], {}, { hidden: true, around: { suffers: true, outOfSight: true } }],
    [
      ["save-data", "slow-network", "page-suffers", "out-of-sight", "data-cap"],
      guestRules,
      { savesData: true, slowNetwork: true, around: { suffers: true, outOfSight: true }, bytesToday: 500e6 },
    ],
  ])("DN47 %j by %j when %j", (expected, rules, observed) => {
    expect(whys(rules, observed)).toEqual(expected);
  });

  test("DN47 battery, saved data and slow networks hold up loading, a stutter or being out of sight does not", () => {
    const held = (why: "hidden-on-battery" | "save-data" | "slow-network" | "page-suffers" | "out-of-sight"): boolean =>
      holdsUpLoading([{ why }]);
    expect([held("hidden-on-battery"), held("save-data"), held("slow-network")]).toEqual([true, true, true]);
    expect([held("page-suffers"), held("out-of-sight")]).toEqual([false, true]);
  });

  test("DN36 only what will last holds up loading", () => {
    const all = decide(
      { ...defaultRules, onlyIdle: true, pauseHidden: true },
      { ...calm, idle: false, hidden: true },
      noon,
    );
    expect([all.length, holdsUpLoading(all)]).toEqual([2, false]);
    expect(holdsUpLoading([{ why: "on-battery" }])).toBe(true);
    expect(holdsUpLoading([{ why: "by-person" }])).toBe(true);
  });
});
