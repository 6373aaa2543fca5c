import * as v from "valibot";
import { maxContextTokens } from "../limits.ts";
import { type Route, routeSchema } from "../route.ts";
import { type Turn, turnSchema } from "./turn.ts";

/**
 * From the asker, the only writer of a route, straight to every tab that is or was a hop of it: the route as it is from now
 * on, under a higher epoch. A tab that is no hop of it frees the session.
 */
export interface Reroute {
  readonly type: "reroute";
  readonly route: Route;
  /** The turn that runs, or ran last, with what is sampled from now on; null before the first turn. */
  readonly turn: Turn | null;
  /**
   * Positions whose tokens the asker knows, and whose rows may be kept. Every hop cuts to it; what lies behind may have been
   * guessed (SD4).
   */
  readonly certain: number;
}

export const rerouteSchema: v.GenericSchema<unknown, Reroute> = v.object({
  type: v.literal("reroute"),
  route: routeSchema,
  turn: v.nullable(turnSchema),
  certain: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxContextTokens)),
});
