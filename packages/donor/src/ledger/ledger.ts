import * as v from "valibot";

/** What was given on one local day. */
export interface LedgerDay {
  /** Positions computed for other tabs' chats. */
  readonly tokens: number;
  /** Answers of other tabs' chats that began through here. */
  readonly answers: number;
  /** Seconds in which it served, or was ready to. */
  readonly seconds: number;
  /** Over links to other tabs; with the weights loaded, in `receivedBytes`. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** DN43: what this browser gave, over all its windows; local days as `2026-11-23`. */
export type Ledger = ReadonlyMap<string, LedgerDay>;

export const emptyDay: LedgerDay = { tokens: 0, answers: 0, seconds: 0, sentBytes: 0, receivedBytes: 0 };

/** Where the days are kept. Neither ever rejects: what can't be kept counts for as long as the page is open. */
export interface LedgerDays {
  /** Adds to a day, in one step with what other windows add, and tells what it comes to. */
  add(day: string, more: LedgerDay): Promise<LedgerDay>;
  all(): Promise<Ledger>;
}

export function sumOf(a: LedgerDay, b: LedgerDay): LedgerDay {
  return {
    tokens: a.tokens + b.tokens,
    answers: a.answers + b.answers,
    seconds: a.seconds + b.seconds,
    sentBytes: a.sentBytes + b.sentBytes,
    receivedBytes: a.receivedBytes + b.receivedBytes,
  };
}

const amount = v.pipe(v.number(), v.minValue(0), v.finite());
const daySchema = v.object({
  tokens: amount,
  answers: amount,
  seconds: amount,
  sentBytes: amount,
  receivedBytes: amount,
});

/** A kept record; one that is broken counts as nothing. */
export function readDay(record: unknown): LedgerDay {
  const parsed = v.safeParse(daySchema, record);
  return parsed.success ? parsed.output : emptyDay;
}

export const isDay = (key: unknown): key is string => typeof key === "string" && /^\d{4}-\d\d-\d\d$/u.test(key);
