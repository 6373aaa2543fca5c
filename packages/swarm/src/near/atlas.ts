import { type MeasuredLink, maxMeasuredLinks, type TabId } from "@potluck/protocol";
import { afterSample, type Coordinate, nowhere, oneWayMs, roundTripBetween, type Vector } from "./coordinate.ts";

/** How often one word is applied: links live for minutes, and a chat's first ones should count soon. */
const rounds = 3;
/** Two ends of a link measure about the same; a page that is busy answers this much later. */
const agreeMs = 10;
/** Fewer can't say who of two lies. */
const leastWitnesses = 3;

/** Who is less sure where it is has no distance to tell. */
const mostError = 0.5;

/** Where tabs are, as far as that is known. */
export interface Places {
  of(tab: TabId): Coordinate | undefined;
}

/**
 * Where the tabs are in the network, from the round trips of the links that they have. A tab's words move only itself: what
 * a liar says of others moves none of them, and those who measure it are moved by no more than their other links allow. Who
 * says that it is nearer than most others find is nowhere.
 */
export class Atlas implements Places {
  readonly #coordinates = new Map<TabId, Coordinate>();
  /** What each said last. */
  readonly #words = new Map<TabId, ReadonlyMap<TabId, number>>();

  /** A tab tells the round trips of its open links. `isHere` names the tabs that count. */
  take(tab: TabId, links: readonly MeasuredLink[], isHere: (tab: TabId) => boolean): void {
    const known = links.slice(0, maxMeasuredLinks).filter((link) => link.tab !== tab && isHere(link.tab));
    const words = new Map(known.map(({ tab: other, ms }) => [other, ms]));
    this.#words.set(tab, words);
    if (this.#isContradicted(tab, words)) {
      this.#coordinates.delete(tab);
      return;
    }
    for (let round = 0; round < rounds; round++) {
      for (const [other, ms] of words) {
        const own = this.of(tab);
        const at = this.of(other);
        // Somebody has to begin; who is somewhere learns nothing from who is nowhere.
        if (own !== undefined && at === undefined) continue;
        this.#coordinates.set(tab, afterSample(own ?? nowhere, at ?? nowhere, ms, directionOf(tab)));
      }
    }
  }

  forget(tab: TabId): void {
    this.#coordinates.delete(tab);
    this.#words.delete(tab);
  }

  of(tab: TabId): Coordinate | undefined {
    return this.#coordinates.get(tab);
  }

  /** Estimated ms one way. */
  between(a: TabId, b: TabId): number {
    return a === b ? 0 : oneWayMs(this.of(a), this.of(b));
  }

  /** Ms one way where that was measured, else where both are well enough placed; null otherwise. */
  known(a: TabId, b: TabId): number | null {
    if (a === b) return 0;
    const told = this.#told(a, b);
    if (told !== null) return told / 2;
    const [from, to] = [this.of(a), this.of(b)];
    if (from === undefined || to === undefined || Math.max(from.error, to.error) > mostError) return null;
    return roundTripBetween(from, to) / 2;
  }

  /** The links between these of which at least one end told, each once, with round trips in ms. */
  *links(among: ReadonlySet<TabId>): Generator<{ readonly a: TabId; readonly b: TabId; readonly ms: number }> {
    for (const a of among) {
      for (const b of this.#words.get(a)?.keys() ?? []) {
        // Both told of it: once is enough.
        if (!among.has(b) || (a > b && this.#words.get(b)?.has(a) === true)) continue;
        const ms = this.#told(a, b);
        if (ms !== null) yield { a, b, ms };
      }
    }
  }

  /** The shorter of what the two say: what lengthens a round trip is a busy page, not the network. */
  #told(a: TabId, b: TabId): number | null {
    const [there, back] = [this.#words.get(a)?.get(b), this.#words.get(b)?.get(a)];
    return there === undefined || back === undefined ? (there ?? back ?? null) : Math.min(there, back);
  }

  /** Whether most of those who told of the tab find it much farther than it says; one liar among them is not enough. */
  #isContradicted(tab: TabId, words: ReadonlyMap<TabId, number>): boolean {
    let told = 0;
    let farther = 0;
    for (const [other, ms] of words) {
      const theirMs = this.#words.get(other)?.get(tab);
      if (theirMs === undefined) continue;
      told += 1;
      if (theirMs > ms * 2 + agreeMs) farther += 1;
    }
    return told >= leastWitnesses && farther * 2 > told;
  }
}

/** A direction of length 1 that is the tab's own, from its random id: tabs that begin at one place part. */
function directionOf(tab: TabId): Vector {
  const share = (at: number): number => Number.parseInt(tab.slice(at, at + 8), 16) / 2 ** 32;
  const z = share(24) * 2 - 1;
  const angle = share(16) * 2 * Math.PI;
  const flat = Math.sqrt(1 - z * z);
  return { x: flat * Math.cos(angle), y: flat * Math.sin(angle), z };
}
