import * as v from "valibot";
import { type RequestId, requestIdSchema } from "../../ids.ts";
import { maxHops } from "../../limits.ts";
import { type Route, routeSchema } from "../../route.ts";

/** A route was found. `resumed`: the hops still hold the session's KV. */
export interface RouteReady {
  readonly status: "ready";
  readonly request: RequestId;
  readonly route: Route;
  readonly resumed: boolean;
  /**
   * Ms one way, as measured or predicted: asker to first hop, hop to hop, last hop to asker; null where nothing is known.
   */
  readonly legsMs: readonly (number | null)[];
}

export const routeReadySchema: v.GenericSchema<unknown, RouteReady> = v.object({
  status: v.literal("ready"),
  request: requestIdSchema,
  route: routeSchema,
  resumed: v.boolean(),
  legsMs: v.pipe(v.array(v.nullable(v.pipe(v.number(), v.minValue(0)))), v.maxLength(maxHops + 1)),
});
