import { emptyDay, type Ledger, type LedgerDay } from "@potluck/donor";
import { dayAfter } from "./days.ts";

export interface Streak {
  /** Days in a row until today, or until yesterday while today has nothing yet. */
  readonly now: number;
  readonly longest: number;
}

const helped = ({ tokens, seconds }: LedgerDay): boolean => tokens > 0 || seconds > 0;

export function totalOf(ledger: Ledger): LedgerDay {
  return [...ledger.values()].reduce(
    (sum, day) => ({
      tokens: sum.tokens + day.tokens,
      answers: sum.answers + day.answers,
      seconds: sum.seconds + day.seconds,
      sentBytes: sum.sentBytes + day.sentBytes,
      receivedBytes: sum.receivedBytes + day.receivedBytes,
    }),
    emptyDay,
  );
}

/** Days on which this browser helped, in a row. */
export function streakOf(ledger: Ledger, today: string): Streak {
  const days = new Set(Array.from(ledger).flatMap(([day, given]) => (helped(given) ? [day] : [])));
  const until = (last: string): number => {
    let length = 0;
    while (days.has(dayAfter(last, -length))) length += 1;
    return length;
  };
  const ends = [...days].filter((day) => !days.has(dayAfter(day, 1)));
  return { now: until(days.has(today) ? today : dayAfter(today, -1)), longest: Math.max(0, ...ends.map(until)) };
}
