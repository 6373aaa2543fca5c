import type { TabId } from "@potluck/protocol";
import type { Places } from "../near/atlas.ts";
import { type Coordinate, oneWayMs } from "../near/coordinate.ts";
import type { Holder } from "./find-route.ts";
import { holderRank } from "./holder-rank.ts";

/** What surrounds the hops that are looked for. */
export type Around =
  /** A whole route: its last hop sends each token to the first one, and the asker sends the prompt and reads the answer. */
  | { readonly kind: "ring"; readonly asker: TabId }
  /** Part of one: what stays before and after it. */
  | { readonly kind: "between"; readonly before: TabId; readonly after: TabId };

export interface Near {
  readonly places: Places;
  readonly around: Around;
}

/** A holder that may take part, with the ms that a step costs there. */
export interface Able {
  readonly holder: Holder;
  readonly costMs: number;
  /** Looked up once: it is asked for again and again. */
  readonly at: Coordinate | undefined;
}

/** Who is around the hops, and where. */
type Surroundings =
  | { readonly kind: "ring"; readonly asker: Coordinate | undefined }
  | { readonly kind: "between"; readonly before: Coordinate | undefined; readonly after: Coordinate | undefined };

/**
 * What the asker's own way counts: it is gone once for the prompt, and the tokens that come back don't wait for each other,
 * while the way around is gone for every one.
 */
const askerShare = 0.1;
/** Past the third look at every hop hardly any changes its place. */
const passes = 3;
/** Tabs around which a route is tried, beside whoever is around: far apart, so that each crowd of tabs has its turn. */
const maxAnchors = 4;

/**
 * The tilings, each drawn nearer hop by hop, and of them the one with the shortest lap. `groupOf` names those that hold the
 * same range.
 */
export function nearest(
  tilings: readonly (readonly Able[])[],
  groupOf: (hop: Able) => readonly Able[],
  near: Near,
): readonly Able[] {
  const around = surroundings(near);
  let best: readonly Able[] = [];
  let bestMs = Infinity;
  for (const tiling of tilings) {
    const hops = drawNear(tiling, groupOf, around);
    const ms = lapMs(hops, around);
    if (ms >= bestMs) continue;
    best = hops;
    bestMs = ms;
  }
  return best;
}

/** Where to try a route: at those that are around it, and at holders as far from these and from each other as there are. */
export function anchorsOf(able: readonly Able[], near: Near): readonly Coordinate[] {
  const around = surroundings(near);
  const given = around.kind === "ring" ? [around.asker] : [around.before, around.after];
  const anchors = given.filter((at) => at !== undefined);
  const known = able.map(({ at }) => at).filter((at) => at !== undefined);
  const nearestMs = known.map((at) => Math.min(Infinity, ...anchors.map((anchor) => oneWayMs(anchor, at))));
  while (anchors.length < maxAnchors) {
    let farthest = 0;
    for (let i = 1; i < known.length; i++) if ((nearestMs[i] ?? 0) > (nearestMs[farthest] ?? 0)) farthest = i;
    const anchor = known[farthest];
    if (anchor === undefined || anchors.includes(anchor)) break;
    anchors.push(anchor);
    known.forEach((at, i) => (nearestMs[i] = Math.min(nearestMs[i] ?? 0, oneWayMs(anchor, at))));
  }
  return anchors;
}

function surroundings({ places, around }: Near): Surroundings {
  return around.kind === "ring"
    ? { kind: "ring", asker: places.of(around.asker) }
    : { kind: "between", before: places.of(around.before), after: places.of(around.after) };
}

/** The hops, each replaced by whoever of its range makes the lap shortest, as long as that helps. No hop becomes a slow one or a guest. */
function drawNear(
  hops: readonly Able[],
  groupOf: (hop: Able) => readonly Able[],
  around: Surroundings,
): readonly Able[] {
  const drawn = [...hops];
  for (let pass = 0; pass < passes; pass++) {
    let isChanged = false;
    for (const [i, hop] of drawn.entries()) {
      let best = hop;
      let bestMs = hop.costMs + waysMs(drawn, i, hop, around);
      for (const able of groupOf(hop)) {
        if (able.costMs >= bestMs || holderRank(able.holder) > holderRank(hop.holder)) continue;
        const ms = able.costMs + waysMs(drawn, i, able, around);
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

/** Ms of one lap over the hops. */
function lapMs(hops: readonly Able[], around: Surroundings): number {
  let ms = 0;
  for (const [i, hop] of hops.entries()) {
    const before = hops[i - 1];
    ms += hop.costMs + (before === undefined ? 0 : oneWayMs(before.at, hop.at));
  }
  const [first, last] = [hops[0]?.at, hops.at(-1)?.at];
  if (around.kind === "between") return ms + oneWayMs(around.before, first) + oneWayMs(last, around.after);
  const asker = (oneWayMs(around.asker, first) + oneWayMs(last, around.asker)) * askerShare;
  return ms + asker + (hops.length === 1 ? 0 : oneWayMs(last, first));
}

/** Ms on the ways to and from one hop, were it `able`. */
function waysMs(hops: readonly Able[], i: number, { at }: Able, around: Surroundings): number {
  const isFirst = i === 0;
  const isLast = i === hops.length - 1;
  if (around.kind === "between") {
    const before = isFirst ? around.before : hops[i - 1]?.at;
    const after = isLast ? around.after : hops[i + 1]?.at;
    return oneWayMs(before, at) + oneWayMs(at, after);
  }
  const own = isFirst || isLast ? oneWayMs(around.asker, at) * askerShare * (Number(isFirst) + Number(isLast)) : 0;
  if (hops.length === 1) return own;
  const before = hops[isFirst ? hops.length - 1 : i - 1]?.at;
  const after = hops[isLast ? 0 : i + 1]?.at;
  return own + oneWayMs(before, at) + oneWayMs(at, after);
}
