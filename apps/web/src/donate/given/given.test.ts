import { emptyDay, type Ledger, type LedgerDay } from "@potluck/donor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dayAfter, formatDay, lastDays, localDay } from "./days.ts";
import { milestonesOf } from "./milestones.ts";
import { streakOf, totalOf } from "./sum-up.ts";

const given = (more: Partial<LedgerDay>): LedgerDay => ({ ...emptyDay, ...more });
const ledgerOf = (days: Readonly<Record<string, Partial<LedgerDay>>>): Ledger =>
  new Map(Object.entries(days).map(([day, more]) => [day, given(more)]));

test("WB57 days are local, and go on over months and leap days", () => {
  expect(localDay(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
  expect(dayAfter("2028-02-28", 1)).toBe("2028-02-29");
  expect(lastDays("2026-03-02", 3)).toEqual(["2026-02-28", "2026-03-01", "2026-03-02"]);
  expect(formatDay("2026-11-03", "en")).toBe("Nov 3");
});

test("WB57 totals are the sum of the days", () => {
  const ledger = ledgerOf({
    "2026-11-20": { tokens: 5, answers: 1, seconds: 60, sentBytes: 7, receivedBytes: 8 },
    "2026-11-22": { tokens: 6, seconds: 30, sentBytes: 1 },
  });
  expect(totalOf(ledger)).toEqual({ tokens: 11, answers: 1, seconds: 90, sentBytes: 8, receivedBytes: 8 });
  expect(totalOf(new Map())).toEqual(emptyDay);
});

test("WB57 a streak is of days in a row, and today's first hour does not break it", () => {
  const ledger = ledgerOf({
    "2026-11-10": { tokens: 1 },
    "2026-11-11": { tokens: 1 },
    "2026-11-12": { seconds: 9 },
    "2026-11-13": {},
    "2026-11-21": { tokens: 1 },
    "2026-11-22": { tokens: 1 },
  });
  expect(streakOf(ledger, "2026-11-22")).toEqual({ now: 2, longest: 3 });
  expect(streakOf(ledger, "2026-11-23")).toEqual({ now: 2, longest: 3 });
  expect(streakOf(ledger, "2026-11-24")).toEqual({ now: 0, longest: 3 });
  expect(streakOf(new Map(), "2026-11-24")).toEqual({ now: 0, longest: 0 });
});

test("WB57 a milestone is told once, with its day, the latest first", () => {
  const ledger = ledgerOf({
    "2026-11-20": { tokens: 900, answers: 2, seconds: 1800 },
    "2026-11-21": { tokens: 200, seconds: 1800 },
    "2026-11-22": { tokens: 10_000 },
    "2026-11-30": { tokens: 1 },
    "2026-12-01": { tokens: 1 },
    "2026-12-02": { tokens: 1 },
  });
  expect(milestonesOf(ledger)).toEqual([
    { kind: "days", n: 3, day: "2026-11-22" },
    { kind: "tokens", n: 10_000, day: "2026-11-22" },
    { kind: "hours", n: 1, day: "2026-11-21" },
    { kind: "tokens", n: 1000, day: "2026-11-21" },
    { kind: "answers", n: 1, day: "2026-11-20" },
  ]);
});

test("WB57 nothing is made up: milestones follow from the numbers, in whatever order the days were kept", () => {
  const day = fc.record({ at: fc.nat(60), tokens: fc.nat(1e6), answers: fc.nat(200), seconds: fc.nat(86_400) });
  fc.assert(
    fc.property(fc.uniqueArray(day, { selector: ({ at }) => at }), (days) => {
      const entries = days.map(({ at, ...more }) => [dayAfter("2026-01-01", at), given(more)] as const);
      const found = milestonesOf(new Map(entries));
      expect(milestonesOf(new Map(entries.toReversed()))).toEqual(found);
      const all = totalOf(new Map(entries));
      const reached = { tokens: all.tokens, answers: all.answers, hours: all.seconds / 3600 };
      for (const { kind, n } of found) if (kind !== "days") expect(reached[kind]).toBeGreaterThanOrEqual(n - 1e-6);
      const names = found.map(({ kind, n }) => `${kind} ${n}`);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
