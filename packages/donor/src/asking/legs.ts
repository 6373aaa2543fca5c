import type { MeasuredLink, Route, TabId } from "@potluck/protocol";

/**
 * Ms one way of each leg of an answer's route as it stands: asker to first hop, hop to hop, last hop to asker. This tab's own
 * legs by its links, else what the coordinator told with the route; null for a leg of which nobody told anything, such as
 * one to a tab that took over since.
 */
export function legsOf(
  now: Route,
  told: { readonly route: Route; readonly legsMs: readonly (number | null)[] },
  measured: readonly MeasuredLink[],
): readonly (number | null)[] {
  const known = new Map<string, number | null>(
    pairsOf(told.route).map((pair, i) => [pair.join(" "), told.legsMs[i] ?? null]),
  );
  const own = new Map(measured.map(({ tab, ms }) => [tab, ms / 2]));
  return pairsOf(now).map(([from, to]) => {
    if (from === to) return 0;
    const mine = from === now.asker ? own.get(to) : to === now.asker ? own.get(from) : undefined;
    return mine ?? known.get(`${from} ${to}`) ?? null;
  });
}

function pairsOf({ asker, hops }: Route): (readonly [TabId, TabId])[] {
  const stops = [asker, ...hops.map(({ tab }) => tab)];
  return stops.map((from, i) => [from, stops[i + 1] ?? asker]);
}
