import type { SiteKey } from "@potluck/protocol";
import type { Roster } from "./roster.ts";
import type { Session } from "./session.ts";
import { isServing, type TabEntry } from "./tab-entry.ts";

/** What the guests of one site gave over some time (SW35). */
export interface SiteGift {
  /** Answers in which one of them was a hop. */
  readonly answers: number;
  /** Tokens of these answers. */
  readonly tokens: number;
  /** For which they held a segment ready, summed over the tabs. */
  readonly seconds: number;
}

/** One answer, and the sites that have a part in it. */
interface Shared {
  readonly request: Session["request"];
  /** Tokens of it that each site was counted; -1 before the answer itself was. */
  readonly counted: Map<SiteKey, number>;
}

/** A guest that holds a segment ready. */
interface Span {
  readonly site: SiteKey;
  readonly sinceMs: number;
}

/** Counts what guests give, until somebody takes the counts. */
export class Gifts {
  readonly #roster: Roster;
  readonly #shared = new WeakMap<Session, Shared>();
  readonly #spans = new Map<TabEntry, Span>();
  #gifts = new Map<SiteKey, { answers: number; tokens: number; seconds: number }>();

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** Call when a session got hops, or another answer to give: a guest among them has its part even if it leaves right away. */
  shared(session: Session): void {
    const { request } = session;
    // Begun under a coordinator before this one, which counted it.
    if (request === null) return;
    let shared = this.#shared.get(session);
    if (shared?.request !== request) this.#shared.set(session, (shared = { request, counted: new Map() }));
    for (const { tab } of session.hops) {
      const site = this.#roster.tab(tab)?.site ?? null;
      if (site !== null && !shared.counted.has(site)) shared.counted.set(site, -1);
    }
  }

  /** The session's answer has `tokens` by now, as far as they are believed. */
  answered(session: Session, tokens: number): void {
    this.shared(session);
    const counted = this.#shared.get(session)?.counted ?? [];
    for (const [site, before] of counted) {
      if (tokens <= before) continue;
      const gift = this.#of(site);
      if (before === -1) gift.answers += 1;
      gift.tokens += tokens - Math.max(0, before);
      this.#shared.get(session)?.counted.set(site, tokens);
    }
  }

  /** Call when anything about these tabs changed. */
  moved(entries: Iterable<TabEntry>, nowMs: number): void {
    for (const entry of entries) {
      const isReady = entry.site !== null && this.#roster.tab(entry.id) === entry && isServing(entry);
      const span = this.#spans.get(entry);
      if (span !== undefined && isReady && span.site === entry.site) continue;
      this.#spans.delete(entry);
      if (span !== undefined) this.#count(span, nowMs);
      if (isReady && entry.site !== null) this.#spans.set(entry, { site: entry.site, sinceMs: nowMs });
    }
  }

  /** What was counted since the last call; what still runs counts up to now, and from now on again. */
  take(nowMs: number): ReadonlyMap<SiteKey, SiteGift> {
    for (const [entry, span] of this.#spans) {
      this.#count(span, nowMs);
      this.#spans.set(entry, { site: span.site, sinceMs: nowMs });
    }
    const taken = this.#gifts;
    this.#gifts = new Map();
    return taken;
  }

  #count({ site, sinceMs }: Span, nowMs: number): void {
    if (nowMs > sinceMs) this.#of(site).seconds += (nowMs - sinceMs) / 1000;
  }

  #of(site: SiteKey): { answers: number; tokens: number; seconds: number } {
    let gift = this.#gifts.get(site);
    if (gift === undefined) this.#gifts.set(site, (gift = { answers: 0, tokens: 0, seconds: 0 }));
    return gift;
  }
}
