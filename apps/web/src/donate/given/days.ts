/** A moment's local day, as the ledger names it: `2026-11-23`. */
export function localDay(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The day so many days after; before, for a negative number. Calendar days: no clock change makes one longer. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** `count` days in order, of which `today` is the last. */
export function lastDays(today: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => dayAfter(today, i + 1 - count));
}

/** `Nov 23`, as `language` says it. */
export function formatDay(day: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  return format.format(Date.parse(`${day}T00:00Z`));
}
