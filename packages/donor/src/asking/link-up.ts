/** Opens the links of a route, so that no frame and no repair waits for one. */
import type { Peers } from "@potluck/pipeline";
import type { Route, TabId } from "@potluck/protocol";

export interface LinkingUp {
  /** First and last hop, which an answer needs at once: those that can't be reached. */
  readonly ends: Promise<readonly TabId[]>;
  /** Whether any other tab of the route, hop or standby, could be reached. */
  readonly any: Promise<boolean>;
}

/** Never rejects; every link is made or given up within the deadline of {@link Peers}. */
export function linkUp(peers: Peers, route: Route): LinkingUp {
  const links = new Map<TabId, Promise<boolean>>();
  for (const tab of route.hops.flatMap((hop) => [hop.tab, ...hop.standbys])) {
    if (links.has(tab)) continue;
    const reached = peers.link(tab).then(
      () => true,
      () => false,
    );
    links.set(tab, reached);
  }
  const ends = new Set([route.hops[0], route.hops.at(-1)].flatMap((hop) => (hop === undefined ? [] : [hop.tab])));
  const unreachable = async (): Promise<readonly TabId[]> => {
    const tried = await Promise.all([...ends].map(async (tab) => ({ tab, reached: await links.get(tab) })));
    return tried.flatMap(({ tab, reached }) => (reached === true ? [] : [tab]));
  };
  const others = [...links].flatMap(([tab, reached]) => (tab === peers.self ? [] : [reached]));
  return { ends: unreachable(), any: Promise.all(others).then((reached) => reached.includes(true)) };
}
