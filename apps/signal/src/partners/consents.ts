import {
  type Consent,
  consentMs,
  type Refusal,
  refuse,
  type SiteKey,
  siteKeySchema,
  type TabId,
  tabIdSchema,
} from "@potluck/protocol";
import { join } from "node:path";
import type { Logger } from "pino";
import * as v from "valibot";
import { secretFor } from "../secret-key.ts";
import { KeptFile } from "./kept-file.ts";
import type { PartnerRegistry } from "./registry.ts";
import { seal, unseal } from "./seal.ts";

/** What a consent says. */
export interface ConsentClaims {
  readonly site: SiteKey;
  /** Of the page around the frame. */
  readonly origin: string;
  /** The one tab that it admits. */
  readonly tab: TabId;
  /** Ms since 1970. */
  readonly expiresMs: number;
}

const claimsSchema: v.GenericSchema<unknown, ConsentClaims> = v.object({
  site: siteKeySchema,
  origin: v.string(),
  tab: tabIdSchema,
  expiresMs: v.number(),
});
/** When each withdrawn consent would have expired, by its tab, in the order of withdrawal. */
const withdrawnSchema: v.GenericSchema<unknown, readonly (readonly [TabId, number])[]> = v.array(
  v.tuple([tabIdSchema, v.number()]),
);
const maxWithdrawn = 200_000;

/** Gives and judges consents. Only withdrawn ones are remembered, over a restart too, until they would have expired. Times are ms since 1970. */
export class Consents {
  readonly #key: Buffer;
  readonly #registry: PartnerRegistry;
  readonly #file: KeptFile<readonly (readonly [TabId, number])[]>;
  readonly #withdrawn: Map<TabId, number>;
  #isChanged = false;

  private constructor(key: Buffer, registry: PartnerRegistry, file: KeptFile<readonly (readonly [TabId, number])[]>) {
    this.#key = key;
    this.#registry = registry;
    this.#file = file;
    this.#withdrawn = new Map(file.value);
  }

  static async open(dataDir: string, key: Buffer, registry: PartnerRegistry, log: Logger): Promise<Consents> {
    const path = join(dataDir, "withdrawn-consents.json");
    return new Consents(key, registry, await KeptFile.open(path, withdrawnSchema, [], log));
  }

  grant(site: SiteKey, origin: string, tab: TabId, nowMs: number): Consent {
    const claims: ConsentClaims = { site, origin, tab, expiresMs: nowMs + consentMs };
    const token = seal(this.#key, "consent", claims);
    return { status: "granted", token, tab, secret: secretFor(this.#key, tab), expiresMs: claims.expiresMs };
  }

  /** What the token says, if it is ours. Whether it still holds is for {@link fault} to say. */
  read(token: string): ConsentClaims | null {
    return unseal(this.#key, "consent", token, claimsSchema);
  }

  /** Why the consent admits nobody now; null while it does. */
  fault({ site, origin, tab, expiresMs }: ConsentClaims, nowMs: number): Refusal | null {
    if (this.#withdrawn.has(tab)) {
      return refuse("consent-withdrawn", "This consent was withdrawn. Agree again to lend this tab.");
    }
    if (expiresMs <= nowMs)
      return refuse("consent-expired", "This consent is over 24 hours old. Agree again to go on.");
    return siteFault(this.#registry, site, origin);
  }

  withdraw({ tab, expiresMs }: ConsentClaims): void {
    this.#withdrawn.set(tab, expiresMs);
    for (const oldest of this.#withdrawn.keys()) {
      if (this.#withdrawn.size <= maxWithdrawn) break;
      this.#withdrawn.delete(oldest);
    }
    this.#isChanged = true;
  }

  /** Writes what must outlive a restart, if it changed, and forgets what has expired. */
  async save(nowMs: number): Promise<void> {
    for (const [tab, expiresMs] of this.#withdrawn) {
      if (expiresMs <= nowMs) this.#isChanged = this.#withdrawn.delete(tab);
    }
    if (this.#isChanged) this.#file.value = [...this.#withdrawn];
    this.#isChanged = false;
    await this.#file.save();
  }
}

/** Why pages of this origin may not show the frame, or lend through it; null when they may. `origin` null: not told. */
export function siteFault(registry: PartnerRegistry, site: SiteKey, origin: string | null): Refusal | null {
  const partner = registry.get(site);
  if (partner === undefined) {
    return refuse("site-unknown", "No partner is registered under this site key. Its owner can check the script tag.");
  }
  if (partner.revokedMs !== null) return refuse("site-revoked", "The operator has ended this partnership.");
  if (origin !== null && !partner.origins.includes(origin)) {
    return refuse("origin-unknown", "This page's address is not registered for its site key. The operator can add it.");
  }
  return null;
}
