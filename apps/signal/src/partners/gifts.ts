import { type AdminPartner, type SiteGifts, type SiteKey, siteGiftsSchema } from "@potluck/protocol";
import { join } from "node:path";
import type { Logger } from "pino";
import * as v from "valibot";
import { KeptFile } from "./kept-file.ts";

type Day = AdminPartner["days"][number];

/** What one site's visitors gave: by UTC day, and in one sum what is older than the days that are kept. */
interface SiteRecord {
  readonly earlier: SiteGifts;
  /** Oldest first. */
  readonly days: readonly Day[];
}

const recordsSchema: v.GenericSchema<unknown, Readonly<Record<string, SiteRecord>>> = v.record(
  v.string(),
  v.object({
    earlier: siteGiftsSchema,
    days: v.array(v.intersect([v.object({ day: v.string(), mostTabs: v.number() }), siteGiftsSchema])),
  }),
);
const keptDays = 60;
const shownDays = 30;
const nothing: SiteGifts = { consents: 0, answers: 0, tokens: 0, seconds: 0 };

/** What each site's visitors gave, in `partner-gifts.json` of the data folder. Times are ms since 1970. */
export class Gifts {
  readonly #file: KeptFile<Readonly<Record<string, SiteRecord>>>;

  private constructor(file: KeptFile<Readonly<Record<string, SiteRecord>>>) {
    this.#file = file;
  }

  static async open(dataDir: string, log: Logger): Promise<Gifts> {
    return new Gifts(await KeptFile.open(join(dataDir, "partner-gifts.json"), recordsSchema, {}, log));
  }

  add(site: SiteKey, given: Partial<SiteGifts>, nowMs: number): void {
    this.#today(site, nowMs, (day) => ({ ...day, ...sum(day, { ...nothing, ...given }) }));
  }

  /** So many of the site's tabs are here now. */
  seen(site: SiteKey, tabs: number, nowMs: number): void {
    const [last] = this.#file.value[site]?.days.slice(-1) ?? [];
    if (last?.day === dayOf(nowMs) && last.mostTabs >= tabs) return;
    this.#today(site, nowMs, (day) => ({ ...day, mostTabs: Math.max(day.mostTabs, tabs) }));
  }

  /** All that the site's visitors ever gave. */
  totalOf(site: SiteKey): SiteGifts {
    const record = this.#file.value[site];
    if (record === undefined) return nothing;
    const total = record.days.reduce<SiteGifts>(sum, record.earlier);
    return { ...total, seconds: Math.round(total.seconds) };
  }

  /** The last 30 days with gifts, at most, newest last. */
  daysOf(site: SiteKey): readonly Day[] {
    const days = this.#file.value[site]?.days.slice(-shownDays) ?? [];
    return days.map((day) => ({ ...day, seconds: Math.round(day.seconds) }));
  }

  save(): Promise<void> {
    return this.#file.save();
  }

  #today(site: SiteKey, nowMs: number, change: (day: Day) => Day): void {
    const { earlier, days } = this.#file.value[site] ?? { earlier: nothing, days: [] };
    const name = dayOf(nowMs);
    // A clock that was set back counts for the last day that there is: days are in order.
    const isLast = days.length > 0 && (days.at(-1)?.day ?? "") >= name;
    const [before, today] = isLast ? [days.slice(0, -1), days.at(-1)] : [days, undefined];
    const all = [...before, change(today ?? { day: name, mostTabs: 0, ...nothing })];
    const record = {
      earlier: all.slice(0, -keptDays).reduce<SiteGifts>(sum, earlier),
      days: all.slice(-keptDays),
    };
    this.#file.value = { ...this.#file.value, [site]: record };
  }
}

function sum(a: SiteGifts, b: SiteGifts): SiteGifts {
  return {
    consents: a.consents + b.consents,
    answers: a.answers + b.answers,
    tokens: a.tokens + b.tokens,
    seconds: a.seconds + b.seconds,
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
