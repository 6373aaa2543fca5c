import * as v from "valibot";
import { type RequestId, requestIdSchema } from "../../ids.ts";
import { type Route, routeSchema } from "../../route.ts";

/** A route was found. `resumed`: the hops still hold the session's KV. */
export interface RouteReady {
  readonly status: "ready";
  readonly request: RequestId;
  readonly route: Route;
  readonly resumed: boolean;
}

export const routeReadySchema: v.GenericSchema<unknown, RouteReady> = v.object({
  status: v.literal("ready"),
  request: requestIdSchema,
  route: routeSchema,
  resumed: v.boolean(),
});
