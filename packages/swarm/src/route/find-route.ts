import { type Hop, type LayerRange, maxHops, type TabId } from "@potluck/protocol";

/** A ready tab that holds a range of the model, and what it has left to give. */
export interface Holder {
  readonly tab: TabId;
  readonly range: LayerRange;
  /** KV positions not reserved by any session. */
  readonly freeTokens: number;
  /** Sessions that run on it now. */
  readonly active: number;
  /** Median ms of one decode step; 0 before any was measured. */
  readonly stepMs: number;
  /** When it became ready, in ms; older tabs go first among equals. */
  readonly readySinceMs: number;
}

export interface RouteQuery {
  readonly layerCount: number;
  readonly holders: readonly Holder[];
  readonly contextTokens: number;
  readonly maxActive: number;
}

export type RouteFound =
  | { readonly kind: "found"; readonly hops: readonly Hop[] }
  | { readonly kind: "layers-missing"; readonly missing: readonly LayerRange[] }
  | { readonly kind: "all-busy" };

/** Assumed ms of a step on a tab that has measured none: about a small segment on a laptop. */
const unmeasuredStepMs = 20;
/** Assumed ms of one more hop: half a round trip between two homes and the cost of a frame. */
const hopMs = 15;
const maxStandbys = 8;
/** More than any layer number the protocol allows; makes one number of a range. */
const maxLayers = 4096;

/**
 * The tiling of all layers with the fewest hops and, among those, the least time a step, counting the sessions that each
 * tab runs already. Every hop has room for the whole context. Names what is missing when no tiling is there.
 */
export function findRoute(query: RouteQuery): RouteFound {
  const { layerCount, holders } = query;
  const missing = missingRanges(layerCount, holders);
  if (missing.length > 0) return { kind: "layers-missing", missing };

  const ranges = groupByRange(holders);
  // reached[n] is the best way to tile layers 0 … n-1.
  const reached: (Partial | null)[] = Array.from({ length: layerCount + 1 }, () => null);
  reached[0] = { hops: 0, costMs: 0, last: null };
  for (let at = 0; at < layerCount; at++) {
    const before = reached[at] ?? null;
    if (before === null) continue;
    for (const group of ranges.get(at) ?? []) {
      const holder = best(group, query);
      if (holder === null) continue;
      const next = { hops: before.hops + 1, costMs: before.costMs + stepCostMs(holder), last: { holder, before } };
      const known = reached[holder.range.to] ?? null;
      if (known === null || cheaper(next, known)) reached[holder.range.to] = next;
    }
  }

  const whole = reached[layerCount] ?? null;
  if (whole === null || whole.hops > maxHops) return { kind: "all-busy" };
  const chain: Holder[] = [];
  for (let p: Partial = whole; p.last !== null; p = p.last.before) chain.unshift(p.last.holder);
  return {
    kind: "found",
    hops: chain.map((holder) => ({
      tab: holder.tab,
      range: holder.range,
      standbys: standbysOf(holder, ranges.get(holder.range.from) ?? []),
    })),
  };
}

/** Layers that no ready tab holds, as few ranges as possible. */
export function missingRanges(layerCount: number, holders: readonly Holder[]): readonly LayerRange[] {
  const held = Array.from({ length: layerCount }, () => false);
  for (const { range } of holders) held.fill(true, range.from, range.to);
  const missing: { from: number; to: number }[] = [];
  for (let layer = 0; layer < layerCount; layer++) {
    if (held[layer]) continue;
    const last = missing.at(-1);
    if (last?.to === layer) last.to = layer + 1;
    else missing.push({ from: layer, to: layer + 1 });
  }
  return missing;
}

interface Partial {
  readonly hops: number;
  readonly costMs: number;
  readonly last: { readonly holder: Holder; readonly before: Partial } | null;
}

function cheaper(a: Partial, b: Partial): boolean {
  return a.hops < b.hops || (a.hops === b.hops && a.costMs < b.costMs);
}

/** Sessions on one tab take turns, so a step there takes as long as all of them together. */
function stepCostMs(holder: Holder): number {
  return (holder.stepMs || unmeasuredStepMs) * (holder.active + 1) + hopMs;
}

function best(group: readonly Holder[], query: RouteQuery): Holder | null {
  let found: Holder | null = null;
  for (const holder of group) {
    if (holder.freeTokens < query.contextTokens || holder.active >= query.maxActive) continue;
    if (found === null || prefer(holder, found) < 0) found = holder;
  }
  return found;
}

function prefer(a: Holder, b: Holder): number {
  return (
    stepCostMs(a) - stepCostMs(b) ||
    a.active - b.active ||
    b.freeTokens - a.freeTokens ||
    a.readySinceMs - b.readySinceMs ||
    (a.tab < b.tab ? -1 : 1)
  );
}

/** The best others of the same range, without sorting them all. */
function standbysOf(hop: Holder, groups: readonly (readonly Holder[])[]): TabId[] {
  const group = groups.find((one) => one[0]?.range.to === hop.range.to) ?? [];
  const standbys: Holder[] = [];
  for (const other of group) {
    const last = standbys.at(-1);
    if (other.tab === hop.tab || (standbys.length === maxStandbys && last !== undefined && prefer(other, last) >= 0))
      continue;
    const at = standbys.findIndex((one) => prefer(other, one) < 0);
    standbys.splice(at === -1 ? standbys.length : at, 0, other);
    standbys.length = Math.min(standbys.length, maxStandbys);
  }
  return standbys.map((one) => one.tab);
}

/** Holders of the same range together, by the layer at which the range begins. */
function groupByRange(holders: readonly Holder[]): Map<number, Holder[][]> {
  const byRange = new Map<number, Holder[]>();
  for (const holder of holders) {
    const key = holder.range.from * maxLayers + holder.range.to;
    const group = byRange.get(key);
    if (group === undefined) byRange.set(key, [holder]);
    else group.push(holder);
  }
  const byStart = new Map<number, Holder[][]>();
  for (const group of byRange.values()) {
    const from = group[0]?.range.from ?? 0;
    byStart.set(from, [...(byStart.get(from) ?? []), group]);
  }
  return byStart;
}
