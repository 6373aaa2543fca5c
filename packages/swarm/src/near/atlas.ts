import { type MeasuredLink, maxMeasuredLinks, type TabId } from "@potluck/protocol";
import { afterSample, type Coordinate, nowhere, roundTripBetween } from "./coordinate.ts";

/** Assumed ms from one tab to another of which nothing is known: between two homes. */
const unknownDelayMs = 10;
/** How often one word is applied: links live for minutes, and a chat's first ones should count soon. */
const rounds = 3;

/** How far tabs are from each other, as far as they told. */
export interface Delays {
  /** Estimated ms one way; what is unsure counts by half as unknown, and so on. */
  between(a: TabId, b: TabId): number;
  /** Whether anything is known of the tab. */
  knows(tab: TabId): boolean;
}

/**
 * Where the tabs are in the network, from the round trips of the links that they have. A tab's words move only itself: what
 * a liar says of others moves none of them, and what it says of itself moves those who measure it by as much as their other
 * links allow.
 */
export class Atlas implements Delays {
  readonly #coordinates = new Map<TabId, Coordinate>();
  /** What each said last. */
  readonly #words = new Map<TabId, ReadonlyMap<TabId, number>>();

  /** A tab tells the round trips of its open links. `isHere` names the tabs that count. */
  take(tab: TabId, links: readonly MeasuredLink[], isHere: (tab: TabId) => boolean): void {
    const known = links.slice(0, maxMeasuredLinks).filter((link) => link.tab !== tab && isHere(link.tab));
    const words = new Map(known.map(({ tab: other, ms }) => [other, ms]));
    this.#words.set(tab, words);
    for (let round = 0; round < rounds; round++) {
      for (const [other, ms] of words) {
        // Nobody is nearer than the other side measures: who lies low gains nothing, who lies high could as well answer late.
        const agreedMs = Math.max(ms, this.#words.get(other)?.get(tab) ?? 0);
        const next = afterSample(this.#of(tab), this.#of(other), agreedMs, directionOf(tab));
        this.#coordinates.set(tab, next);
      }
    }
  }

  forget(tab: TabId): void {
    this.#coordinates.delete(tab);
    this.#words.delete(tab);
  }

  knows(tab: TabId): boolean {
    return this.#coordinates.has(tab);
  }

  between(a: TabId, b: TabId): number {
    if (a === b) return 0;
    const one = this.#coordinates.get(a);
    const other = this.#coordinates.get(b);
    if (one === undefined || other === undefined) return unknownDelayMs;
    const sure = 1 - Math.max(one.error, other.error);
    return (roundTripBetween(one, other) / 2) * sure + unknownDelayMs * (1 - sure);
  }

  /** For tests. */
  of(tab: TabId): Coordinate | undefined {
    return this.#coordinates.get(tab);
  }

  #of(tab: TabId): Coordinate {
    return this.#coordinates.get(tab) ?? nowhere;
  }
}

/** A direction of length 1 that is the tab's own, from its random id: tabs that begin at one place part. */
function directionOf(tab: TabId): readonly [number, number, number] {
  const share = (at: number): number => Number.parseInt(tab.slice(at, at + 8), 16) / 2 ** 32;
  const z = share(24) * 2 - 1;
  const angle = share(16) * 2 * Math.PI;
  const flat = Math.sqrt(1 - z * z);
  return [flat * Math.cos(angle), flat * Math.sin(angle), z];
}
