import * as v from "valibot";
import { type RequestId, requestIdSchema } from "../../ids.ts";

/** Leaves the queue. */
export interface CancelRoute {
  readonly request: RequestId;
}

export const cancelRouteSchema: v.GenericSchema<unknown, CancelRoute> = v.object({ request: requestIdSchema });
