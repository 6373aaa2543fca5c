/** All that runs after consent. Loaded only then (EB6): the one file of the frame that imports the donor's code. */
import { guestRules, type OutsideSenses } from "@potluck/donor";
import { createTab } from "@potluck/donor/browser";
import { type Consent, guestBudgetBytes } from "@potluck/protocol";
import { type Lending, lendTab } from "./lend-tab.ts";

export interface LendOptions {
  readonly coordinatorUrl: string;
  readonly backend: "auto" | "webgpu" | "wasm";
  readonly consent: Consent;
  readonly outside: OutsideSenses;
}

export function lend({ coordinatorUrl, backend, consent: { token, tab, secret }, outside }: LendOptions): Lending {
  const guest = { consent: token, identity: { tab, secret }, outside };
  const opened = createTab({ coordinatorUrl, backend, guest });
  opened.donation.setRules(guestRules);
  opened.donation.start(guestBudgetBytes);
  return lendTab(opened, () => performance.now());
}
