import type { TabId } from "@potluck/protocol";
import type { Delays } from "../near/atlas.ts";
import type { Holder } from "./find-route.ts";

/** What surrounds the hops that are looked for. */
export type Around =
  /** A whole route: its last hop sends each token to the first one, and the asker sends the prompt and reads the answer. */
  | { readonly kind: "ring"; readonly asker: TabId }
  /** Part of one: what stays before and after it. */
  | { readonly kind: "between"; readonly before: TabId; readonly after: TabId };

export interface Near {
  readonly delays: Delays;
  readonly around: Around;
}

/** A holder that may take part, with the ms that a step costs there. */
export interface Able {
  readonly holder: Holder;
  readonly costMs: number;
}

/**
 * What the asker's own way counts: it is gone once for the prompt, and the tokens that come back don't wait for each other,
 * while the way around is gone for every one.
 */
const askerShare = 0.1;
/** Past the third look at every hop hardly any changes its place. */
const passes = 3;
/** Tabs around which a route is tried, beside whoever is around: far apart, so that each crowd of tabs has its turn. */
const maxAnchors = 4;

/** Ms of one lap over the hops. */
export function lapMs(hops: readonly Able[], near: Near): number {
  return hops.reduce((sum, hop, i) => sum + hop.costMs + waysOf(hops, i, hop, near).in, closing(hops, near));
}

/** The hops, each replaced by whoever of its range makes the lap shortest, as long as that helps. No hop becomes a slow one. */
export function drawNear(hops: readonly Able[], groupOf: (hop: Able) => readonly Able[], near: Near): readonly Able[] {
  const drawn = [...hops];
  for (let pass = 0; pass < passes; pass++) {
    let isChanged = false;
    for (const [i, hop] of drawn.entries()) {
      const lapThrough = (able: Able): number => {
        const ways = waysOf(drawn, i, able, near);
        return able.costMs + ways.in + ways.out;
      };
      let best = hop;
      let bestMs = lapThrough(hop);
      for (const able of groupOf(hop)) {
        if (able.holder.isSlow && !hop.holder.isSlow) continue;
        const ms = lapThrough(able);
        if (ms >= bestMs) continue;
        best = able;
        bestMs = ms;
      }
      if (best === hop) continue;
      drawn[i] = best;
      isChanged = true;
    }
    if (!isChanged) break;
  }
  return drawn;
}

/** Tabs to try a route around: those that are around it, and holders as far from these and from each other as there are. */
export function anchorsOf(able: readonly Able[], { delays, around }: Near): readonly TabId[] {
  const anchors = around.kind === "ring" ? [around.asker] : [around.before, around.after];
  const known = able.map(({ holder }) => holder.tab).filter((tab) => delays.knows(tab));
  if (known.length === 0) return [];
  const nearest = known.map((tab) => Math.min(...anchors.map((anchor) => delays.between(anchor, tab))));
  while (anchors.length < maxAnchors) {
    let farthest = 0;
    for (let i = 1; i < known.length; i++) if ((nearest[i] ?? 0) > (nearest[farthest] ?? 0)) farthest = i;
    const anchor = known[farthest];
    if (anchor === undefined || (nearest[farthest] ?? 0) <= 0) break;
    anchors.push(anchor);
    known.forEach((tab, i) => (nearest[i] = Math.min(nearest[i] ?? 0, delays.between(anchor, tab))));
  }
  return anchors;
}

/** Ms on the ways into and out of one hop, were it `able`. */
function waysOf(hops: readonly Able[], i: number, able: Able, { delays, around }: Near): { in: number; out: number } {
  const { tab } = able.holder;
  const isFirst = i === 0;
  const isLast = i === hops.length - 1;
  const before = hops[i - 1]?.holder.tab;
  const after = hops[i + 1]?.holder.tab;
  if (around.kind === "between") {
    return { in: delays.between(before ?? around.before, tab), out: delays.between(tab, after ?? around.after) };
  }
  const own = delays.between(around.asker, tab) * askerShare;
  if (hops.length === 1) return { in: own * 2, out: 0 };
  return {
    in: delays.between(before ?? hops.at(-1)?.holder.tab ?? tab, tab) + (isFirst ? own : 0),
    out: delays.between(tab, after ?? hops[0]?.holder.tab ?? tab) + (isLast ? own : 0),
  };
}

/** What the ways into the hops leave out: the way on from the last one. */
function closing(hops: readonly Able[], { delays, around }: Near): number {
  const last = hops.at(-1)?.holder.tab;
  if (last === undefined) return 0;
  if (around.kind === "between") return delays.between(last, around.after);
  return hops.length === 1 ? 0 : delays.between(last, around.asker) * askerShare;
}
