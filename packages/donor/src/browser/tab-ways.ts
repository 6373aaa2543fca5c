import type { connectPeer } from "@potluck/link/rtc";
import { createConsentedIdentity } from "../coordinator/consented-identity.ts";
import { createKeptIdentity, type KeptIdentity } from "../coordinator/kept-identity.ts";
import type { ConnectTransport } from "../links/link-book.ts";
import { guestSignals } from "../links/local-candidates.ts";
import { type Senses, withOutside } from "../manners/senses.ts";
import type { TabOptions } from "../tab.ts";

/** In what a guest's tab differs from one of the site's own pages. */
export interface TabWays {
  readonly identity: KeptIdentity;
  /** Goes with every hello of a guest. */
  readonly consent: string | undefined;
  /** Where what belongs to this browser tab may be kept; null where nothing may. */
  readonly session: Storage | null;
  readonly senses: Senses;
  readonly powerPreference: GPUPowerPreference;
  readonly connect: ConnectTransport;
}

export interface Platform {
  readonly session: Storage | null;
  readonly senses: Senses;
  readonly connect: typeof connectPeer;
}

export function tabWays(
  { guest, coordinatorUrl }: Pick<TabOptions, "guest" | "coordinatorUrl">,
  { session, senses, connect }: Platform,
): TabWays {
  if (guest === undefined) {
    const identity = createKeptIdentity(session);
    return { identity, consent: undefined, session, senses, powerPreference: "high-performance", connect };
  }
  const filter = guestSignals(new URL(coordinatorUrl).hostname);
  return {
    identity: createConsentedIdentity(guest.identity),
    consent: guest.consent,
    // The tab is the partner's: what lay there would outlive the visit.
    session: null,
    senses: withOutside(senses, guest.outside),
    powerPreference: "low-power",
    connect: (options) => connect({ ...options, filter }),
  };
}
