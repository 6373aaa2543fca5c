import { type Consent, consentAnswerSchema, type EmbedStats, type SiteKey, siteKeySchema } from "@potluck/protocol";
import * as v from "valibot";

/** After a no (EB10), in ms. */
const noMs = 30 * 24 * 3_600_000;
/** After a Stop, or a number pressed wrong: nobody is asked twice on one day. */
const dayMs = 24 * 3_600_000;

/** `mistaken`: the wrong number was pressed (EB8). */
type QuietReason = "declined" | "mistaken" | "stopped";

/** What the frames in one site remember, whatever key they were asked for by. */
export type Memory =
  | { readonly kind: "nothing" }
  | { readonly kind: "agreed"; readonly consent: Consent; readonly given: EmbedStats; readonly isPaused: boolean }
  | { readonly kind: "quiet"; readonly why: QuietReason };

export interface Keep {
  /** What counts now: neither a consent that has run out nor a no that has. */
  read(origin: string): Memory;
  agree(consent: Consent, origin: string): void;
  /** What was given since the visitor agreed. Nothing while they have not. */
  give(given: EmbedStats): void;
  /** Whether the visitor paused: the site's next page is paused too. Nothing while they have not agreed. */
  pause(isPaused: boolean): void;
  /** Forgets the consent, whichever key it was for. */
  quiet(why: QuietReason): void;
  forget(): void;
  /** Whether the next page will know, too; not where the browser forbids it. */
  lasts(): boolean;
  /** Told when another window of the site wrote. */
  onChange(changed: () => void): void;
}

export interface KeepParts {
  readonly site: SiteKey;
  /** The frame's own, which the browser keeps apart for each site around it; null where it is forbidden. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** Ms since 1970. */
  readonly wallMs: () => number;
  /** Calls with the name of an item that another window wrote; null for all. */
  readonly listen: (written: (name: string | null) => void) => void;
}

const name = "potluck.embed.memory";
const amount = v.pipe(v.number(), v.minValue(0), v.finite());
const givenSchema = v.object({ tokens: amount, bytes: amount, seconds: amount });
const recordSchema = v.variant("kind", [
  v.object({
    kind: v.literal("agreed"),
    site: siteKeySchema,
    consent: consentAnswerSchema,
    origin: v.string(),
    given: givenSchema,
    isPaused: v.optional(v.boolean(), false),
  }),
  v.object({ kind: v.literal("quiet"), why: v.picklist(["declined", "mistaken", "stopped"]), untilMs: v.number() }),
]);
type KeptRecord = v.InferOutput<typeof recordSchema>;

export const nothingGiven: EmbedStats = { tokens: 0, bytes: 0, seconds: 0 };

/**
 * One record for all keys in the site around, so that no page asks anew by another key (EB10); a consent in it is this key's
 * only. As long as the page where the browser forbids it.
 */
export function createKeep({ site, storage, wallMs, listen }: KeepParts): Keep {
  let written: KeptRecord | null = null;

  const load = (): KeptRecord | null => {
    try {
      if (storage === null) return written;
      const parsed = v.safeParse(recordSchema, JSON.parse(storage.getItem(name) ?? "null"));
      return parsed.success ? parsed.output : null;
    } catch {
      return written;
    }
  };
  const save = (record: KeptRecord | null): void => {
    written = record;
    try {
      if (record === null) storage?.removeItem(name);
      else storage?.setItem(name, JSON.stringify(record));
    } catch {
      // Full or forbidden: it counts for as long as the page is open.
      storage = null;
    }
  };

  const loadOwn = (): Extract<KeptRecord, { readonly kind: "agreed" }> | null => {
    const record = load();
    return record?.kind === "agreed" && record.site === site ? record : null;
  };

  return {
    read(origin) {
      const record = load();
      if (record?.kind === "quiet" && record.untilMs > wallMs()) return { kind: "quiet", why: record.why };
      const own = loadOwn();
      if (own?.consent.status !== "granted" || own.origin !== origin) return { kind: "nothing" };
      const { consent, given, isPaused } = own;
      return consent.expiresMs > wallMs() ? { kind: "agreed", consent, given, isPaused } : { kind: "nothing" };
    },
    agree: (consent, origin) => save({ kind: "agreed", site, consent, origin, given: nothingGiven, isPaused: false }),
    give(given) {
      const own = loadOwn();
      if (own !== null) save({ ...own, given });
    },
    pause(isPaused) {
      const own = loadOwn();
      if (own !== null) save({ ...own, isPaused });
    },
    quiet: (why) => save({ kind: "quiet", why, untilMs: wallMs() + (why === "declined" ? noMs : dayMs) }),
    forget: () => loadOwn() !== null && save(null),
    lasts: () => storage !== null,
    onChange: (changed) => listen((item) => (item === null || item === name) && changed()),
  };
}
