import type { TabId } from "@potluck/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, tabId } from "../testing/test-model.ts";
import { Atlas } from "./atlas.ts";
import { afterSample, nowhere, roundTripBetween } from "./coordinate.ts";

/** Tabs in clusters: `inMs` round trip within one, `outMs` between two. */
class World {
  readonly atlas = new Atlas();
  readonly tabs: readonly TabId[];
  readonly #random: () => number;
  readonly #size: number;
  readonly #inMs: number;
  readonly #outMs: number;

  constructor(seed: number, clusters: number, size: number, inMs = 8, outMs = 120) {
    this.#random = seeded(seed);
    this.#size = size;
    this.#inMs = inMs;
    this.#outMs = outMs;
    this.tabs = Array.from({ length: clusters * size }, () => this.id());
  }

  id(): TabId {
    const digits = Array.from({ length: 32 }, () => Math.floor(this.#random() * 16).toString(16));
    return digits.join("") as TabId;
  }

  cluster(tab: TabId): number {
    return Math.floor(this.tabs.indexOf(tab) / this.#size);
  }

  /** What a link between two would measure, within a tenth. */
  roundTrip(a: TabId, b: TabId): number {
    const ms = this.cluster(a) === this.cluster(b) ? this.#inMs : this.#outMs;
    return ms * (0.9 + this.#random() * 0.2);
  }

  pick(): TabId {
    return this.tabs[Math.floor(this.#random() * this.tabs.length)] ?? tabId(0);
  }

  /** Every tab tells of a few links, `times` over. */
  measure(times: number, links: number): void {
    for (let n = 0; n < times; n++) {
      for (const tab of this.tabs) {
        const others = new Set(Array.from({ length: links }, () => this.pick()));
        others.delete(tab);
        const words = [...others].map((other) => ({ tab: other, ms: this.roundTrip(tab, other) }));
        this.atlas.take(tab, words, () => true);
      }
    }
  }
}

const everybody = (): boolean => true;

describe("atlas", () => {
  test("SW26 tabs that never met are known to be near or far after each measured a few links", () => {
    const world = new World(1, 2, 10);
    world.measure(12, 4);
    const near: number[] = [];
    const far: number[] = [];
    for (const a of world.tabs) {
      for (const b of world.tabs) {
        if (a === b) continue;
        (world.cluster(a) === world.cluster(b) ? near : far).push(world.atlas.between(a, b));
      }
    }
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    expect(median(near)).toBeLessThan(12);
    expect(median(far)).toBeGreaterThan(35);
    expect(Math.max(...near)).toBeLessThan(Math.min(...far));
  });

  test("SW26 who measured nothing is as far from all as two homes are", () => {
    const world = new World(2, 1, 4);
    world.measure(10, 3);
    const [stranger, other] = [world.id(), world.id()];
    expect(world.atlas.between(stranger, world.tabs[0] ?? stranger)).toBe(world.atlas.between(stranger, other));
    expect(world.atlas.between(stranger, stranger)).toBe(0);
    expect(world.atlas.of(stranger)).toBeUndefined();
  });

  test("SW27 a tab's words move itself alone", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { maxLength: 8 }),
        (seed, lies) => {
          const world = new World(seed, 2, 5);
          world.measure(4, 3);
          const [liar = tabId(0), ...honest] = world.tabs;
          const before = honest.map((tab) => world.atlas.of(tab));
          const words = lies.map((ms, i) => ({ tab: honest[i] ?? liar, ms }));
          for (let n = 0; n < 20; n++) world.atlas.take(liar, words, everybody);
          expect(honest.map((tab) => world.atlas.of(tab))).toEqual(before);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("SW27 those who have links to a liar are moved by a bounded amount, whatever it says and for how long", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 1, 60_000), (seed, lie) => {
        const world = new World(seed, 2, 8);
        world.measure(15, 4);
        const [liar = tabId(0), ...honest] = world.tabs;
        const spread = (): number => {
          let worst = 0;
          for (const a of honest) {
            for (const b of honest) {
              if (a === b) continue;
              const trueMs = (world.cluster(a) === world.cluster(b) ? 8 : 120) / 2;
              worst = Math.max(worst, Math.abs(world.atlas.between(a, b) - trueMs));
            }
          }
          return worst;
        };
        const before = spread();
        for (let n = 0; n < 30; n++) {
          const words = honest.slice(0, 8).map((tab) => ({ tab, ms: lie }));
          world.atlas.take(liar, words, everybody);
          for (const tab of honest) {
            const others = [world.pick(), world.pick(), world.pick()].filter(
              (other) => other !== tab && other !== liar,
            );
            // They tell truly how far the liar is, among their other links.
            const links = [...new Set([...others, liar])].map((other) => ({
              tab: other,
              ms: world.roundTrip(tab, other),
            }));
            world.atlas.take(tab, links, everybody);
          }
        }
        expect(spread()).toBeLessThan(before + 40);
      }),
      { numRuns: 25 },
    );
  });

  test("SW27 who says it is nearer than most others find is taken as unknown, and one accuser is not enough", () => {
    const world = new World(3, 1, 6, 100);
    world.measure(10, 5);
    const [liar = tabId(0), ...honest] = world.tabs;
    const tell = (from: TabId, ms: number): void => {
      world.atlas.take(
        from,
        world.tabs.filter((tab) => tab !== from).map((tab) => ({ tab, ms })),
        everybody,
      );
    };
    for (const tab of honest) tell(tab, 100);
    tell(liar, 1);
    expect(world.atlas.of(liar)).toBeUndefined();
    tell(liar, 100);
    expect(world.atlas.of(liar)).toBeDefined();
    // It accuses everybody; each has four others on its side.
    tell(liar, 60_000);
    for (const tab of honest) {
      tell(tab, 100);
      expect(world.atlas.of(tab)).toBeDefined();
    }
  });

  test("SW27 whatever is told, coordinates stay finite and steps small", () => {
    const ms = fc.double({ min: 0, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5), ms), { minLength: 1, maxLength: 200 }), (words) => {
        const atlas = new Atlas();
        const ids = new World(4, 1, 6).tabs;
        for (const [a, b, told] of words) {
          const [tab = tabId(0), other = tabId(0)] = [ids[a], ids[b]];
          atlas.take(tab, [{ tab: other, ms: told }], everybody);
          const way = atlas.between(tab, other);
          expect(Number.isFinite(way) && way >= 0).toBe(true);
        }
      }),
    );
    const pushed = afterSample(nowhere, nowhere, 60_000, { x: 1, y: 0, z: 0 });
    expect(roundTripBetween(pushed, nowhere)).toBeLessThan(63);
  });

  test("SW26 a tab that left is forgotten, and words about tabs that are not here count nothing", () => {
    const atlas = new Atlas();
    atlas.take(tabId(1), [{ tab: tabId(2), ms: 50 }], (tab) => tab !== tabId(2));
    expect(atlas.of(tabId(1))).toBeUndefined();
    atlas.take(tabId(1), [{ tab: tabId(2), ms: 50 }], everybody);
    expect(atlas.of(tabId(1))).toBeDefined();
    atlas.forget(tabId(1));
    expect(atlas.of(tabId(1))).toBeUndefined();
  });
});
