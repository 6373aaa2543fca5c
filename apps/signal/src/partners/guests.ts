import { type Hello, type Refusal, refuse, type TabId } from "@potluck/protocol";
import type { Swarm } from "@potluck/swarm";
import { timingSafeEqual } from "node:crypto";
import { secretFor } from "../secret-key.ts";
import type { ConsentClaims, Consents } from "./consents.ts";
import { isGuestTab } from "./guest-tab.ts";
import type { PartnerRegistry } from "./registry.ts";

export interface GuestOptions {
  readonly key: Buffer;
  readonly registry: PartnerRegistry;
  readonly consents: Consents;
  readonly swarm: Pick<Swarm, "tabsOf">;
  /** How long a tab without a socket is watched over, in ms: as long as the swarm waits for it. */
  readonly graceMs: number;
}

/** Tabs that a consent admitted, and whether it still does. */
export class Guests {
  readonly #options: GuestOptions;
  readonly #here = new Map<TabId, { readonly claims: ConsentClaims; goneMs: number | null }>();

  constructor(options: GuestOptions) {
    this.#options = options;
  }

  /** Those with a socket. */
  get connected(): number {
    let count = 0;
    for (const { goneMs } of this.#here.values()) if (goneMs === null) count += 1;
    return count;
  }

  /** The consent by which the hello may come in; null for a tab of the swarm's own. @param wallMs ms since 1970. */
  judge({ resume, consent }: Pick<Hello, "resume" | "consent">, wallMs: number): ConsentClaims | Refusal | null {
    const { key, consents, registry, swarm } = this.#options;
    const isProven = resume !== undefined && isSame(resume.secret, secretFor(key, resume.tab));
    if (consent === undefined) {
      if (!isProven || !isGuestTab(key, resume.tab)) return null;
      return refuse("consent-invalid", "This tab was lent by a partner's visitor and needs their consent again.");
    }
    const claims = consents.read(consent);
    if (claims === null) return refuse("consent-invalid", "This consent is not ours. Agree again to lend this tab.");
    if (!isProven || resume.tab !== claims.tab) {
      return refuse("consent-elsewhere", "This consent was given for another tab. Agree again to lend this one.");
    }
    const fault = consents.fault(claims, wallMs);
    if (fault !== null) return fault;
    const others = swarm.tabsOf(claims.site).filter((tab) => tab !== claims.tab).length;
    if (others < (registry.get(claims.site)?.maxTabs ?? 0)) return claims;
    return refuse(
      "site-full",
      "As many visitors of this site lend already as it may have. Thank you; try again later.",
    );
  }

  /** The tab was admitted by this consent. */
  arrived(claims: ConsentClaims): void {
    this.#here.set(claims.tab, { claims, goneMs: null });
  }

  /** The tab's socket is gone. @param nowMs by the monotonic clock. */
  gone(tab: TabId, nowMs: number): void {
    const guest = this.#here.get(tab);
    if (guest !== undefined) guest.goneMs = nowMs;
  }

  /** Takes out the tabs whose consent does not hold any more, and says which they are and why. */
  expel(nowMs: number, wallMs: number): readonly { readonly tab: TabId; readonly refusal: Refusal }[] {
    const expelled = [];
    for (const [tab, { claims, goneMs }] of this.#here) {
      const refusal = this.#options.consents.fault(claims, wallMs);
      if (refusal !== null) expelled.push({ tab, refusal });
      const isForgotten = goneMs !== null && nowMs - goneMs > this.#options.graceMs;
      if (refusal !== null || isForgotten) this.#here.delete(tab);
    }
    return expelled;
  }
}

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
