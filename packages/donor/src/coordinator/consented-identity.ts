import type { KeptIdentity, OwnIdentity } from "./kept-identity.ts";

/**
 * Who a consent says that this tab is. It is this page's alone: the frame keeps consents, and gives the next page its own
 * (EB9), so nothing of it is left where a page of another consent would find it.
 */
export function createConsentedIdentity(identity: OwnIdentity): KeptIdentity {
  return { take: () => identity, keep: () => undefined };
}
