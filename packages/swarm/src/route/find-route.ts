import type { LayerRange, TabId } from "@potluck/protocol";
import { oneWayMs } from "../near/coordinate.ts";
import { type Able, anchorsOf, nearest, type Near } from "./near-hops.ts";
import { readableChats, unmeasuredStepMs } from "./readable-chats.ts";
import { type Groups, tile } from "./tile.ts";

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
  /** Lent by a partner's visitor. */
  readonly isGuest: boolean;
}

export interface RouteQuery {
  /** The layers to tile: the whole model, or what is missing of a route. */
  readonly layers: LayerRange;
  readonly holders: readonly Holder[];
  readonly contextTokens: number;
  /** Sessions on one tab at most. */
  readonly maxActive: number;
  /** Ms between two tokens of a chat at most, where all chats of a tab take turns; fewer chats than `maxActive` where that is more. */
  readonly patienceMs?: number | undefined;
  readonly nowMs: number;
  /** How far tabs are from each other; without it all are equally far. */
  readonly near?: Near | undefined;
}

/** A tab and the layers that it would run. */
export type FoundHop = Pick<Holder, "tab" | "range">;

export type RouteFound =
  | { readonly kind: "found"; readonly hops: readonly FoundHop[] }
  | { readonly kind: "layers-missing"; readonly missing: readonly LayerRange[] }
  | { readonly kind: "all-busy" };

/** Ms that a hop costs beside its step and the ways to and from it: a frame packed, sent and unpacked. */
const frameMs = 5;
/** A tab of this age, in ms, is half as likely to leave as a new one: most who leave do so in their first minutes. */
const steadyingMs = 60_000;
/** More than any layer number the protocol allows; makes one number of a range. */
const maxLayers = 4096;

/**
 * The tiling of the layers with the fewest slow tabs, then the fewest guests, then the fewest hops and, among those, the
 * shortest lap: the time of the steps, counting the sessions that each tab runs already and how likely it is to leave, and the ways between the tabs.
 * Every hop has room for the whole context. Names what is missing when no tiling is there.
 *
 * The shortest of all laps would take every pair of tabs to find. A tiling is looked for around a few tabs that are far from
 * each other, each is drawn nearer hop by hop, and the best one is taken.
 */
export function findRoute(query: RouteQuery): RouteFound {
  const { layers, holders, near } = query;
  const inside = holders.filter(({ range }) => range.from >= layers.from && range.to <= layers.to);
  const missing = missingRanges(layers, inside);
  if (missing.length > 0) return { kind: "layers-missing", missing };

  const able = inside.filter((holder) => isFree(holder, query)).map((holder) => ableOf(holder, query));
  const ranges = groupByRange(able);
  const plain = tile(layers, ranges, ({ costMs }) => costMs);
  if (plain === null) return { kind: "all-busy" };
  if (near === undefined) return found(plain);

  // Where nobody measured anything all ways are equal, and what was found is best.
  const anchors = anchorsOf(able, near);
  if (anchors.length === 0) return found(plain);
  const groupOf = ({ holder: { range } }: Able): readonly Able[] =>
    ranges.get(range.from)?.find((group) => group[0]?.holder.range.to === range.to) ?? [];
  const around = anchors.map((anchor) => tile(layers, ranges, ({ costMs, at }) => costMs + 2 * oneWayMs(anchor, at)));
  const tilings = [plain, ...around.filter((tiling) => tiling !== null)];
  return found(nearest(tilings, groupOf, near));
}

function found(hops: readonly Able[]): RouteFound {
  return { kind: "found", hops: hops.map(({ holder: { tab, range } }) => ({ tab, range })) };
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

/** Whether the tab may take another chat of this context. */
function isFree({ freeTokens, active, stepMs }: Holder, query: RouteQuery): boolean {
  const { contextTokens, maxActive, patienceMs = Infinity } = query;
  return freeTokens >= contextTokens && active < Math.min(maxActive, readableChats(stepMs, patienceMs));
}

/** Ms of a step, where sessions on one tab take turns, made dearer for a young tab, which counts double at first. */
function ableOf(holder: Holder, { nowMs, near }: RouteQuery): Able {
  const ageMs = Math.max(0, nowMs - holder.readySinceMs);
  const stepMs = (holder.stepMs || unmeasuredStepMs) * (holder.active + 1);
  const costMs = stepMs * (1 + 2 ** (-ageMs / steadyingMs)) + frameMs;
  return { holder, costMs, at: near?.places.of(holder.tab) };
}

/** Those of the same range together, by the layer at which the range begins. */
function groupByRange(able: readonly Able[]): Groups {
  const byRange = new Map<number, Able[]>();
  for (const one of able) {
    const { from, to } = one.holder.range;
    const key = from * maxLayers + to;
    const group = byRange.get(key);
    if (group === undefined) byRange.set(key, [one]);
    else group.push(one);
  }
  const byStart = new Map<number, Able[][]>();
  for (const group of byRange.values()) {
    const from = group[0]?.holder.range.from ?? 0;
    byStart.set(from, [...(byStart.get(from) ?? []), group]);
  }
  return byStart;
}
