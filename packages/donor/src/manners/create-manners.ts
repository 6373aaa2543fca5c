import type { Clock } from "@potluck/link";
import { type Calm, firstCalm, nextCalm } from "./calm.ts";
import { decide, type LocalTime } from "./decide.ts";
import { localTime } from "./local-time.ts";
import { type DonationRules, defaultRules, type PauseReason } from "./rules.ts";
import type { Senses } from "./senses.ts";

export interface MannersOptions {
  readonly senses: Senses;
  readonly clock: Clock;
  /** Ms since 1970. */
  readonly wallMs: () => number;
  /** Down- and uploaded this local day, over all windows. */
  readonly bytesToday: () => number;
  readonly local?: (wallMs: number) => LocalTime;
}

/** A donor's rules and its person's Pause, as they stand now. */
export interface Manners {
  rules: DonationRules;
  /** DN37: only the person's own word changes it. */
  pausedByPerson: boolean;
  /** Looks around: why the tab should not serve now; empty when it may. */
  look(): readonly PauseReason[];
  /** Whether the sensors are needed: while a donation runs. */
  attend(isNeeded: boolean): void;
}

export function createManners(options: MannersOptions): Manners {
  const { senses, clock, wallMs, bytesToday, local = localTime } = options;
  let rules = defaultRules;
  let isNeeded = false;
  let calm: Calm = firstCalm;

  const manners: Manners = {
    get rules() {
      return rules;
    },
    set rules(next) {
      rules = next;
      if (isNeeded) senses.follow(rules);
    },
    pausedByPerson: false,
    look() {
      const observed = {
        pausedByPerson: manners.pausedByPerson,
        idle: senses.idle(),
        onBattery: senses.onBattery(),
        hidden: senses.hidden(),
        savesData: senses.savesData(),
        slowNetwork: senses.slowNetwork(),
        pageSuffers: senses.pageSuffers(),
        around: senses.around(),
        bytesToday: bytesToday(),
      };
      calm = nextCalm(calm, decide(rules, observed, local(wallMs())), clock.now(), wallMs());
      return calm.reasons;
    },
    attend(next) {
      if (next === isNeeded) return;
      isNeeded = next;
      calm = firstCalm;
      if (!next) manners.pausedByPerson = false;
      senses.follow(next ? rules : null);
    },
  };
  return manners;
}
