import type { DonationRules } from "@potluck/donor";
import { useStore } from "zustand";
import { usePage } from "../../app/page.ts";

/** The rules that are kept, and how to change some of them: from then on they count, while donating too. */
export function useRules(): readonly [DonationRules, (more: Partial<DonationRules>) => void] {
  const { preferences } = usePage();
  const rules = useStore(preferences.store, (p) => p.rules);
  return [rules, (more) => preferences.change({ rules: { ...preferences.store.getState().rules, ...more } })];
}
