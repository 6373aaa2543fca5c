/** What was given on one local day. */
export interface LedgerDay {
  /** Positions computed for other people. */
  readonly tokens: number;
  /** Answers of other people that ran through here. */
  readonly answers: number;
  /** Seconds in which it was ready to serve. */
  readonly seconds: number;
  /** Over links to other tabs, and weights loaded. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** DN43: what this browser gave, over all its windows; local days as `2026-11-23`, in their order. */
export type Ledger = ReadonlyMap<string, LedgerDay>;

export const emptyDay: LedgerDay = { tokens: 0, answers: 0, seconds: 0, sentBytes: 0, receivedBytes: 0 };
