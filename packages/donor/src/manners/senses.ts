import type { DonationRules, SensorReport, SensorReports } from "./rules.ts";

/** What a tab's surroundings tell of themselves: the browser's sensors in a page, a script in a test. */
export interface Senses {
  /** Null: can't tell (yet). */
  idle(): boolean | null;
  onBattery(): boolean | null;
  hidden(): boolean;
  pageSuffers(): boolean;
  /** Watches what these rules need and lets go of the rest; null for nothing. */
  follow(rules: DonationRules | null): void;
  /** Told whenever one of them changed, so that a pause need not wait for the next look. */
  onChange(changed: () => void): void;
  reports(): Promise<SensorReports>;
  allowIdle(): Promise<SensorReport>;
}

/** Of a tab that knows nothing but whether it is seen. */
export function blindSenses(hidden: () => boolean): Senses {
  const missing: SensorReport = { kind: "missing", why: "browser" };
  return {
    idle: () => null,
    onBattery: () => null,
    hidden,
    pageSuffers: () => false,
    follow: () => undefined,
    onChange: () => undefined,
    reports: async () => ({
      onlyIdle: missing,
      onlyMains: missing,
      keepAwake: missing,
      dailyCapBytes: missing,
      otherWindows: missing,
    }),
    allowIdle: async () => missing,
  };
}
