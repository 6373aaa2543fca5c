import type { Route } from "@potluck/protocol";
import type { Atlas } from "../near/atlas.ts";

/** Ms one way from the asker over the hops and back, to a tenth; null where the two ends have told nothing. */
export function legsOf({ asker, hops }: Route, atlas: Atlas): readonly (number | null)[] {
  const stops = [asker, ...hops.map(({ tab }) => tab), asker];
  return stops.slice(1).map((to, i) => {
    const ms = atlas.known(stops[i] ?? asker, to);
    return ms === null ? null : Math.round(ms * 10) / 10;
  });
}
