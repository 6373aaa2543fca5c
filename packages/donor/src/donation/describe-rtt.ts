import type { ServingStats } from "./donation.ts";

/** The median and the worst of the open links' round trips, in ms. */
export function describeRtt(links: readonly { readonly ms: number }[]): ServingStats["rttMs"] {
  const sorted = links.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const worst = sorted.at(-1);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return worst === undefined || median === undefined ? null : { median, worst };
}
