import { type LayerRange, maxHops } from "@potluck/protocol";
import { holderRank } from "./holder-rank.ts";
import type { Able } from "./near-hops.ts";

/** Those of the same range together, by the layer at which the range begins. */
export type Groups = ReadonlyMap<number, readonly (readonly Able[])[]>;

/** A hop that may be the next one, and what it costs, in ms. */
interface Step {
  readonly able: Able;
  readonly costMs: number;
}

type Steps = ReadonlyMap<number, readonly Step[]>;

/** Hops that tile the layers up to some one. */
interface Partial {
  readonly slow: number;
  readonly guests: number;
  readonly hops: number;
  readonly costMs: number;
  readonly last: { readonly able: Able; readonly before: Partial } | null;
}

const nothing: Partial = { slow: 0, guests: 0, hops: 0, costMs: 0, last: null };

/**
 * The tiling with the fewest slow tabs, then the fewest guests, then the fewest hops, then the least cost, of those that are
 * no longer than a route may be; null when there is none.
 */
export function tile(layers: LayerRange, groups: Groups, costMs: (able: Able) => number): readonly Able[] | null {
  const steps = new Map(Array.from(groups, ([from, those]) => [from, those.map((group) => best(group, costMs))]));
  const preferred = reach(layers, steps);
  // Tabs to be preferred may hold so little each that only others make a route of it.
  const whole = preferred === null || preferred.hops <= maxHops ? preferred : reachWithin(layers, steps);
  if (whole === null) return null;
  const hops: Able[] = [];
  for (let p = whole; p.last !== null; p = p.last.before) hops.unshift(p.last.able);
  return hops;
}

/** The best tiling of any length. */
function reach({ from, to }: LayerRange, steps: Steps): Partial | null {
  // What it takes, at best, to tile the layers up to this one.
  const reached = new Map([[from, nothing]]);
  for (let at = from; at < to; at++) {
    const before = reached.get(at);
    if (before !== undefined) for (const step of steps.get(at) ?? []) keepBetter(reached, before, step);
  }
  return reached.get(to) ?? null;
}

/** As {@link reach}, of those with `maxHops` at most. */
function reachWithin({ from, to }: LayerRange, steps: Steps): Partial | null {
  let reached = new Map([[from, nothing]]);
  let whole: Partial | null = null;
  for (let hops = 1; hops <= maxHops; hops++) {
    const next = new Map<number, Partial>();
    for (const [at, before] of reached) for (const step of steps.get(at) ?? []) keepBetter(next, before, step);
    const done = next.get(to);
    if (done !== undefined && (whole === null || compare(done, whole) < 0)) whole = done;
    reached = next;
  }
  return whole;
}

function keepBetter(reached: Map<number, Partial>, before: Partial, { able, costMs }: Step): void {
  const { isSlow, isGuest, range } = able.holder;
  const next = {
    slow: before.slow + Number(isSlow),
    guests: before.guests + Number(isGuest),
    hops: before.hops + 1,
    costMs: before.costMs + costMs,
    last: { able, before },
  };
  const known = reached.get(range.to);
  if (known === undefined || compare(next, known) < 0) reached.set(range.to, next);
}

function compare(a: Partial, b: Partial): number {
  return a.slow - b.slow || a.guests - b.guests || a.hops - b.hops || a.costMs - b.costMs;
}

/** Of a group that is never empty. */
function best([first, ...others]: readonly Able[], costMs: (able: Able) => number): Step {
  if (first === undefined) throw new RangeError("nobody holds this range");
  let found = { able: first, costMs: costMs(first) };
  for (const able of others) {
    const one = { able, costMs: costMs(able) };
    if (prefer(one, found) < 0) found = one;
  }
  return found;
}

function prefer({ able: { holder: a }, costMs: aMs }: Step, { able: { holder: b }, costMs: bMs }: Step): number {
  return (
    holderRank(a) - holderRank(b) ||
    aMs - bMs ||
    a.active - b.active ||
    b.freeTokens - a.freeTokens ||
    a.readySinceMs - b.readySinceMs ||
    (a.tab < b.tab ? -1 : 1)
  );
}
