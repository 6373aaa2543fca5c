import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { localDay } from "./given/days.ts";
import { useNow } from "./use-now.ts";

/** Bytes that went up and down today, over all windows of this browser. */
export function useDataToday(): number {
  const { tab } = usePage();
  const day = localDay(new Date(useNow()));
  const today = useStore(tab.donation.ledger, (ledger) => ledger.get(day));
  return today === undefined ? 0 : today.sentBytes + today.receivedBytes;
}
