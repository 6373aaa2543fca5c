import type { Schedule } from "@potluck/donor";
import type { Words } from "../../i18n/create-words.ts";
import { toClock } from "./clock-minutes.ts";

/** Monday first; as a Schedule counts them. */
export const week: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** What a new schedule begins with: nights, when devices and power are free. */
export const firstSchedule: Schedule = { days: [], fromMinute: 22 * 60, toMinute: 6 * 60 };

/** The name of a day of the week. 2023 began with a Sunday. */
export function dayName(day: number, language: string, width: "short" | "long"): string {
  return new Intl.DateTimeFormat(language, { weekday: width, timeZone: "UTC" }).format(Date.UTC(2023, 0, 1 + day));
}

/** The schedule in one sentence. */
export function describeSchedule({ days, fromMinute, toMinute }: Schedule, language: string, t: Words): string {
  const chosen = week.filter((day) => days.includes(day)).map((day) => dayName(day, language, "long"));
  const every = chosen.length === 0 || chosen.length === week.length;
  // From a time to the same is a whole day; it has one date only from midnight on.
  const whole = toMinute === fromMinute;
  if (whole && every) return t("donate:rules.schedule.always");
  if (whole && fromMinute === 0) return t("donate:rules.schedule.allDay", { days: chosen });
  const key = every ? "everyDay" : toMinute > fromMinute ? "on" : "overnight";
  return t(`donate:rules.schedule.${key}`, { from: toClock(fromMinute), to: toClock(toMinute), days: chosen });
}
