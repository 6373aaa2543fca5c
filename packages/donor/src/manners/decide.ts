import type { DonationRules, PauseReason, Schedule } from "./rules.ts";

/** What a tab sees of itself. Null: this browser can't tell, and the rule that asks is not followed. */
export interface Observed {
  readonly pausedByPerson: boolean;
  readonly idle: boolean | null;
  readonly onBattery: boolean | null;
  readonly hidden: boolean;
  readonly savesData: boolean | null;
  readonly slowNetwork: boolean | null;
  readonly pageSuffers: boolean;
  /** What a page around this one tells; never where there is none. No rule is asked: whoever tells wants it (DN47). */
  readonly around: { readonly suffers: boolean; readonly outOfSight: boolean };
  /** Down- and uploaded this local day, over all windows of the browser. */
  readonly bytesToday: number;
}

/** A moment as the person's clock shows it. */
export interface LocalTime {
  /** Ms since 1970. */
  readonly ms: number;
  /** 0 is Sunday. */
  readonly day: number;
  /** Since local midnight; with fractions. */
  readonly minute: number;
}

const dayMinutes = 1440;

/** Every reason for which these rules say that the tab should not serve now; none when it may (DN36). */
export function decide(rules: DonationRules, observed: Observed, now: LocalTime): readonly PauseReason[] {
  const reasons: PauseReason[] = [];
  if (observed.pausedByPerson) reasons.push({ why: "by-person" });
  if (rules.onlyIdle && observed.idle === false) reasons.push({ why: "not-idle" });
  if (rules.onlyMains && observed.onBattery === true) reasons.push({ why: "on-battery" });
  if (rules.pauseHidden && observed.hidden) reasons.push({ why: "hidden" });
  // Of a battery that nobody tells of the worst is assumed: where a guest runs, frames are often not told.
  if (rules.pauseHiddenOnBattery && observed.hidden && observed.onBattery !== false)
    reasons.push({ why: "hidden-on-battery" });
  if (rules.pauseOnSavedData && observed.savesData === true) reasons.push({ why: "save-data" });
  if (rules.pauseOnSlowNetwork && observed.slowNetwork === true) reasons.push({ why: "slow-network" });
  // A hidden page draws no frames, so it can't suffer, and nothing of it is in sight anyway.
  const suffers = (rules.pauseWhenPageSuffers && observed.pageSuffers) || observed.around.suffers;
  if (suffers && !observed.hidden) reasons.push({ why: "page-suffers" });
  if (observed.around.outOfSight && !observed.hidden) reasons.push({ why: "out-of-sight" });
  if (rules.dailyCapBytes !== null && observed.bytesToday >= rules.dailyCapBytes) {
    reasons.push({ why: "data-cap", untilMs: now.ms + (dayMinutes - now.minute) * 60_000 });
  }
  const waitMinutes = rules.schedule === null ? 0 : minutesUntil(rules.schedule, now);
  if (waitMinutes > 0) reasons.push({ why: "schedule", untilMs: now.ms + waitMinutes * 60_000 });
  return reasons;
}

/**
 * Whether weights may not even be loaded. What only concerns the moment (a hidden page, a hand on the mouse, a frame that
 * came late, which loading itself may cause) does not hold up what will be needed after it.
 */
export function holdsUpLoading(reasons: readonly PauseReason[]): boolean {
  return reasons.some(({ why }) => {
    switch (why) {
      case "by-person":
      case "on-battery":
      case "hidden-on-battery":
      case "save-data":
      case "slow-network":
      case "data-cap":
      case "schedule":
      // Nobody who is shown nothing agreed to what happens unseen.
      case "out-of-sight":
        return true;
      case "not-idle":
      case "hidden":
      case "page-suffers":
      case "calming-down":
        return false;
      default:
        return why satisfies never;
    }
  });
}

/** Minutes until the schedule lets it donate; 0 when it does. A schedule without a day counts for every day. */
function minutesUntil({ days, fromMinute, toMinute }: Schedule, { day, minute }: LocalTime): number {
  const counts = (which: number): boolean => days.length === 0 || days.includes((which + 7) % 7);
  const length = toMinute > fromMinute ? toMinute - fromMinute : dayMinutes - fromMinute + toMinute;
  // Today's, or what began yesterday and lasts over midnight.
  for (const back of [0, 1]) {
    const since = minute + back * dayMinutes - fromMinute;
    if (counts(day - back) && since >= 0 && since < length) return 0;
  }
  for (let ahead = 0; ahead <= 7; ahead++) {
    const wait = ahead * dayMinutes + fromMinute - minute;
    if (counts(day + ahead) && wait > 0) return wait;
  }
  return 0;
}
