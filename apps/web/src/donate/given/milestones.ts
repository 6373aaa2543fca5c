import type { Ledger, LedgerDay } from "@potluck/donor";
import { dayAfter } from "./days.ts";

export interface Milestone {
  readonly kind: "tokens" | "answers" | "hours" | "days";
  readonly n: number;
  /** The day on which it was reached. */
  readonly day: string;
}

const steps = {
  tokens: [1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000],
  answers: [1, 10, 100, 1000, 10_000, 100_000],
  hours: [1, 10, 100, 1000, 10_000],
  days: [3, 7, 30, 100, 365],
} as const satisfies Record<Milestone["kind"], readonly number[]>;

/** What was reached, the latest first. Follows from the kept days alone: the same days give the same milestones. */
export function milestonesOf(ledger: Ledger): readonly Milestone[] {
  const reached: Milestone[] = [];
  let sum = { tokens: 0, answers: 0, hours: 0, days: 0 };
  let before: string | null = null;
  for (const [day, given] of [...ledger].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!helped(given)) continue;
    const inRow: boolean = before !== null && dayAfter(before, 1) === day;
    const next: typeof sum = {
      tokens: sum.tokens + given.tokens,
      answers: sum.answers + given.answers,
      hours: sum.hours + given.seconds / 3600,
      days: inRow ? sum.days + 1 : 1,
    };
    for (const kind of ["tokens", "answers", "hours", "days"] as const) {
      const passed = steps[kind].filter((n) => next[kind] >= n && sum[kind] < n);
      const news = passed.filter((n) => !reached.some((known) => known.kind === kind && known.n === n));
      reached.push(...news.map((n): Milestone => ({ kind, n, day })));
    }
    sum = next;
    before = day;
  }
  return reached.toReversed();
}

const helped = ({ tokens, answers, seconds }: LedgerDay): boolean => tokens > 0 || answers > 0 || seconds > 0;
