import type { LocalTime } from "./decide.ts";

/** The moment as this device's clock and time zone show it. */
export function localTime(wallMs: number): LocalTime {
  const date = new Date(wallMs);
  return {
    ms: wallMs,
    day: date.getDay(),
    minute: date.getHours() * 60 + date.getMinutes() + date.getSeconds() / 60 + date.getMilliseconds() / 60_000,
  };
}

/** `2026-11-23`, the day that it is here. */
export function localDay(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
