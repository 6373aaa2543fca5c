import * as v from "valibot";

/** Names a partner's site in its script tag; public. */
export type SiteKey = string & { readonly __brand: "SiteKey" };

export const siteKeySchema: v.GenericSchema<unknown, SiteKey> = v.pipe(
  v.string(),
  v.regex(/^pk_[0-9a-f]{24}$/),
  v.transform((text) => text as SiteKey),
);

/** A partner as the operator registered it. */
export interface Partner {
  readonly key: SiteKey;
  readonly name: string;
  /** Scheme, host and port, as `Location.origin` has them. At least one. */
  readonly origins: readonly string[];
  /** Visitors' tabs that may be here at once. */
  readonly maxTabs: number;
  /** Whether the public page names it. */
  readonly isListed: boolean;
  /** Ms since 1970. */
  readonly createdMs: number;
  /** Ms since 1970; null while the key is good. */
  readonly revokedMs: number | null;
}

/** What the visitors of one site gave. */
export interface SiteGifts {
  readonly consents: number;
  /** Answers in which one of their tabs was a hop. */
  readonly answers: number;
  /** Tokens of these answers. */
  readonly tokens: number;
  /** Seconds that their tabs held a segment ready, summed over the tabs. */
  readonly seconds: number;
}

/** One line of `GET /api/partners`. */
export interface PublicPartner extends SiteGifts {
  readonly name: string;
  /** The first of its origins. */
  readonly origin: string;
  readonly sinceMs: number;
  /** Visitors' tabs that are here now. */
  readonly tabsNow: number;
}

/** One line of `GET /api/admin/partners`. */
export interface AdminPartner extends Partner {
  readonly tabsNow: number;
  readonly gifts: SiteGifts;
  /** By UTC day, `2026-11-23`, the last 30 at most, newest last. */
  readonly days: readonly (SiteGifts & { readonly day: string; readonly mostTabs: number })[];
}

/** `POST /api/admin/partners`. */
export interface PartnerDraft {
  readonly name: string;
  readonly origins: readonly string[];
  readonly maxTabs: number;
  readonly isListed: boolean;
}

/** `PATCH /api/admin/partners/<key>`: what is left out stays. */
export type PartnerChange = { readonly [K in keyof PartnerDraft]?: PartnerDraft[K] | undefined } & {
  readonly isRevoked?: boolean | undefined;
};

const originSchema = v.pipe(
  v.string(),
  v.maxLength(256),
  v.check((text) => isOrigin(text), "not an origin such as https://example.org"),
);

const draftEntries = {
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
  origins: v.pipe(v.array(originSchema), v.minLength(1), v.maxLength(20)),
  maxTabs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
  isListed: v.boolean(),
};

export const partnerDraftSchema: v.GenericSchema<unknown, PartnerDraft> = v.object(draftEntries);

export const partnerChangeSchema: v.GenericSchema<unknown, PartnerChange> = v.partial(
  v.object({ ...draftEntries, isRevoked: v.boolean() }),
);

const giftEntries = {
  consents: v.pipe(v.number(), v.integer(), v.minValue(0)),
  answers: v.pipe(v.number(), v.integer(), v.minValue(0)),
  tokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
  seconds: v.pipe(v.number(), v.minValue(0)),
};
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const siteGiftsSchema: v.GenericSchema<unknown, SiteGifts> = v.object(giftEntries);

export const partnerSchema: v.GenericSchema<unknown, Partner> = v.object({
  key: siteKeySchema,
  name: v.string(),
  origins: v.pipe(v.array(originSchema), v.minLength(1)),
  maxTabs: count,
  isListed: v.boolean(),
  createdMs: v.number(),
  revokedMs: v.nullable(v.number()),
});

export const publicPartnersSchema: v.GenericSchema<unknown, readonly PublicPartner[]> = v.array(
  v.object({ name: v.string(), origin: v.string(), sinceMs: v.number(), tabsNow: count, ...giftEntries }),
);

export const adminPartnersSchema: v.GenericSchema<unknown, readonly AdminPartner[]> = v.array(
  v.object({
    key: siteKeySchema,
    name: v.string(),
    origins: v.array(v.string()),
    maxTabs: count,
    isListed: v.boolean(),
    createdMs: v.number(),
    revokedMs: v.nullable(v.number()),
    tabsNow: count,
    gifts: siteGiftsSchema,
    days: v.array(v.object({ day: v.string(), mostTabs: count, ...giftEntries })),
  }),
);

/** Hosts by name or IPv4 only: a policy can't name others, and what else a URL lets pass for a host would be read there as more than one. */
function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z0-9._-]+(:\d+)?$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
