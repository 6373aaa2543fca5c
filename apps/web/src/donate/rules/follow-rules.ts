import type { Donation } from "@potluck/donor";
import type { PreferenceStore } from "../../preferences/preferences.ts";

/** Donates by the rules that are kept, from now on and as they change. Starts nothing (WB53). */
export function followRules(preferences: PreferenceStore, donation: Pick<Donation, "setRules">): void {
  let { rules } = preferences.store.getState();
  donation.setRules(rules);
  preferences.store.subscribe((now) => {
    if (now.rules === rules) return;
    ({ rules } = now);
    donation.setRules(rules);
  });
}
