import type { DonationRules, SensorReport, SensorReports } from "./rules.ts";

/** What a tab's surroundings tell of themselves: the browser's sensors in a page, a script in a test. */
export interface Senses {
  /** Null: can't tell (yet). */
  idle(): boolean | null;
  onBattery(): boolean | null;
  hidden(): boolean;
  savesData(): boolean | null;
  slowNetwork(): boolean | null;
  pageSuffers(): boolean;
  /** Of the page around this one. */
  around(): { readonly suffers: boolean; readonly outOfSight: boolean };
  /** Watches what these rules need and lets go of the rest; null for nothing. */
  follow(rules: DonationRules | null): void;
  /** Told whenever one of them changed, so that a pause need not wait for the next look. */
  onChange(changed: () => void): void;
  reports(): Promise<SensorReports>;
  allowIdle(): Promise<SensorReport>;
}

/** What a frame hears and sees of the page around it. */
export interface OutsideSenses {
  /** That page's own frames come late. */
  suffers(): boolean;
  /** That page is in sight, and this frame is not. */
  outOfSight(): boolean;
  /** Told whenever one of them changed. */
  onChange(changed: () => void): void;
}

/** Where no page is around. */
export const nothingAround: ReturnType<Senses["around"]> = { suffers: false, outOfSight: false };

/** The senses of a page in a frame. */
export function withOutside(senses: Senses, outside: OutsideSenses): Senses {
  return {
    ...senses,
    around: () => ({ suffers: outside.suffers(), outOfSight: outside.outOfSight() }),
    onChange(changed) {
      senses.onChange(changed);
      outside.onChange(changed);
    },
  };
}

/** Of a tab that knows nothing but whether it is seen. */
export function blindSenses(hidden: () => boolean): Senses {
  const missing: SensorReport = { kind: "missing", why: "browser" };
  return {
    idle: () => null,
    onBattery: () => null,
    hidden,
    savesData: () => null,
    slowNetwork: () => null,
    pageSuffers: () => false,
    around: () => nothingAround,
    follow: () => undefined,
    onChange: () => undefined,
    reports: async () => ({
      onlyIdle: missing,
      onlyMains: missing,
      pauseOnSavedData: missing,
      pauseOnSlowNetwork: missing,
      keepAwake: missing,
      dailyCapBytes: missing,
      otherWindows: missing,
    }),
    allowIdle: async () => missing,
  };
}
