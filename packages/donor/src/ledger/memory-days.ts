import { emptyDay, type Ledger, type LedgerDay, type LedgerDays, sumOf } from "./ledger.ts";

/** Days that end with the page: of a browser that keeps nothing, and of tests. */
export function memoryDays(days: Map<string, LedgerDay> = new Map()): LedgerDays {
  return {
    async add(day, more) {
      const sum = sumOf(days.get(day) ?? emptyDay, more);
      days.set(day, sum);
      return sum;
    },
    all: async (): Promise<Ledger> => new Map(days),
  };
}
