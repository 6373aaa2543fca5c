import { createStore, entries, update } from "idb-keyval";
import { emptyDay, isDay, type LedgerDay, type LedgerDays, readDay, sumOf } from "./ledger.ts";
import { memoryDays } from "./memory-days.ts";

/** Days in the browser's IndexedDB, whose transactions add up what several windows count. */
export function indexedDays(name = "potluck-ledger"): LedgerDays {
  const store = createStore(name, "days");
  const here = memoryDays();
  return {
    async add(day, more) {
      let sum = emptyDay;
      try {
        await update<LedgerDay>(
          day,
          (kept) => {
            sum = sumOf(readDay(kept), more);
            return sum;
          },
          store,
        );
        return sum;
      } catch {
        return await here.add(day, more);
      }
    },
    async all() {
      try {
        const kept = await entries<IDBValidKey, unknown>(store);
        return new Map(kept.flatMap(([day, record]) => (isDay(day) ? [[day, readDay(record)]] : [])));
      } catch {
        return await here.all();
      }
    },
  };
}
