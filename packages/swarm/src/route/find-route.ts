import { type LayerRange, maxHops, type TabId } from "@potluck/protocol";

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
  /** When it became ready, in ms. */
  readonly readySinceMs: number;
  /** Hidden, busy or hot, by its own word. */
  readonly isSlow: boolean;
}

export interface RouteQuery {
  /** The layers to tile: the whole model, or what is missing of a route. */
  readonly layers: LayerRange;
  readonly holders: readonly Holder[];
  readonly contextTokens: number;
  readonly maxActive: number;
  readonly nowMs: number;
}

/** A tab and the layers that it would run. */
export type FoundHop = Pick<Holder, "tab" | "range">;

export type RouteFound =
  | { readonly kind: "found"; readonly hops: readonly FoundHop[] }
  | { readonly kind: "layers-missing"; readonly missing: readonly LayerRange[] }
  | { readonly kind: "all-busy" };

/** Assumed ms of a step on a tab that has measured none: about a small segment on a laptop. */
const unmeasuredStepMs = 20;
/** Assumed ms of one more hop: half a round trip between two homes and the cost of a frame. */
const hopMs = 15;
/** A tab of this age, in ms, is half as likely to leave as a new one: most who leave do so in their first minutes. */
const steadyingMs = 60_000;
/** More than any layer number the protocol allows; makes one number of a range. */
const maxLayers = 4096;

/**
 * The tiling of the layers with the fewest slow tabs, then the fewest hops and, among those, the least time a step, counting
 * the sessions that each tab runs already and how likely it is to leave. Every hop has room for the whole context. Names
 * what is missing when no tiling is there.
 */
export function findRoute(query: RouteQuery): RouteFound {
  const { layers, holders } = query;
  const inside = holders.filter(({ range }) => range.from >= layers.from && range.to <= layers.to);
  const missing = missingRanges(layers, inside);
  if (missing.length > 0) return { kind: "layers-missing", missing };

  const ranges = groupByRange(inside);
  // What it takes, at best, to tile the layers up to this one.
  const reached = new Map<number, Partial>([[layers.from, { slow: 0, hops: 0, cost: 0, last: null }]]);
  for (let at = layers.from; at < layers.to; at++) {
    const before = reached.get(at);
    if (before === undefined) continue;
    for (const group of ranges.get(at) ?? []) {
      const holder = best(group, query);
      if (holder === null) continue;
      const next = {
        slow: before.slow + Number(holder.isSlow),
        hops: before.hops + 1,
        cost: before.cost + costOf(holder, query.nowMs),
        last: { holder, before },
      };
      const known = reached.get(holder.range.to);
      if (known === undefined || compare(next, known) < 0) reached.set(holder.range.to, next);
    }
  }

  const whole = reached.get(layers.to);
  if (whole === undefined || whole.hops > maxHops) return { kind: "all-busy" };
  const hops: FoundHop[] = [];
  for (let p = whole; p.last !== null; p = p.last.before) {
    const { tab, range } = p.last.holder;
    hops.unshift({ tab, range });
  }
  return { kind: "found", hops };
}

/** Layers that no ready tab holds, as few ranges as possible. */
export function missingRanges(
  layers: LayerRange,
  holders: readonly { readonly range: LayerRange }[],
): readonly LayerRange[] {
  const held = Array.from({ length: layers.to }, () => false);
  for (const { range } of holders) held.fill(true, range.from, range.to);
  const missing: { from: number; to: number }[] = [];
  for (let layer = layers.from; layer < layers.to; layer++) {
    if (held[layer]) continue;
    const last = missing.at(-1);
    if (last?.to === layer) last.to = layer + 1;
    else missing.push({ from: layer, to: layer + 1 });
  }
  return missing;
}

interface Partial {
  readonly slow: number;
  readonly hops: number;
  readonly cost: number;
  readonly last: { readonly holder: Holder; readonly before: Partial } | null;
}

function compare(a: Partial, b: Partial): number {
  return a.slow - b.slow || a.hops - b.hops || a.cost - b.cost;
}

/** Ms of a step, where sessions on one tab take turns, made dearer for a young tab, which counts double at first. */
function costOf(holder: Holder, nowMs: number): number {
  const ageMs = Math.max(0, nowMs - holder.readySinceMs);
  const stepMs = (holder.stepMs || unmeasuredStepMs) * (holder.active + 1);
  return stepMs * (1 + 2 ** (-ageMs / steadyingMs)) + hopMs;
}

function best(group: readonly Holder[], query: RouteQuery): Holder | null {
  let found: Holder | null = null;
  for (const holder of group) {
    if (holder.freeTokens < query.contextTokens || holder.active >= query.maxActive) continue;
    if (found === null || prefer(holder, found, query.nowMs) < 0) found = holder;
  }
  return found;
}

function prefer(a: Holder, b: Holder, nowMs: number): number {
  return (
    Number(a.isSlow) - Number(b.isSlow) ||
    costOf(a, nowMs) - costOf(b, nowMs) ||
    a.active - b.active ||
    b.freeTokens - a.freeTokens ||
    a.readySinceMs - b.readySinceMs ||
    (a.tab < b.tab ? -1 : 1)
  );
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
