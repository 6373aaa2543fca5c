/** All chance of a run, from its seed. */
export interface Random {
  /** From 0 to 1, 1 not included. */
  unit(): number;
  /** An integer from 0 to `count` - 1. */
  below(count: number): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  /** Exponential, as the gaps between events that know nothing of each other. */
  gap(mean: number): number;
  /** Throws a RangeError when there is nothing to pick. */
  pick<T>(of: readonly T[]): T;
  /** As likely as its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** 32 hex digits. */
  id(): string;
  /** A stream of its own, so that what one part draws does not change what another does. */
  fork(name: string): Random;
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(unit() * count);
  return {
    unit,
    below,
    between: (low, high) => low + unit() * (high - low),
    chance: (probability) => unit() < probability,
    gap: (mean) => -Math.log(1 - unit()) * mean,
    pick: (of) => {
      const picked = of[below(of.length)];
      if (picked === undefined) throw new RangeError("nothing to pick from");
      return picked;
    },
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      const last = entries.at(-1);
      if (last === undefined) throw new RangeError("nothing to pick from");
      return last[0];
    },
    id: () =>
      Array.from({ length: 4 }, () =>
        below(2 ** 32)
          .toString(16)
          .padStart(8, "0"),
      ).join(""),
    fork: (name) =>
      createRandom(
        Array.from(name, (c) => c.charCodeAt(0)).reduce((hash, code) => Math.imul(hash ^ code, 0x0100_0193), seed),
      ),
  };
}
