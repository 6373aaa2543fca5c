import { findRoute, missingRanges } from "./find-route.ts";
import type { Holder } from "./find-route.ts";

/**
 * The longest context, in tokens, that some tiling of these holders could ever carry were nobody else on it; null while
 * layers are missing.
 */
export function largestContext(layerCount: number, holders: readonly (Holder & { kvTokens: number })[]): number | null {
  const layers = { from: 0, to: layerCount };
  if (missingRanges(layers, holders).length > 0) return null;
  const empty = holders.map((h) => ({ ...h, freeTokens: h.kvTokens, active: 0 }));
  const sizes = [...new Set(empty.map((h) => h.freeTokens))].sort((a, b) => a - b);
  // The smallest always carries: with it every holder takes part, and holders that cover all layers tile them.
  let carried = 0;
  let tooMany = sizes.length;
  while (tooMany - carried > 1) {
    const middle = Math.floor((carried + tooMany) / 2);
    const contextTokens = sizes[middle] ?? 0;
    if (findRoute({ layers, holders: empty, contextTokens, maxActive: 1, nowMs: 0 }).kind === "found") carried = middle;
    else tooMany = middle;
  }
  return sizes[carried] ?? null;
}
