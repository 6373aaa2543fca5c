import * as v from "valibot";
import { type TabId, tabIdSchema } from "../../ids.ts";
import { type Route, routeSchema } from "../../route.ts";

/**
 * From the asker, the only writer of its route: this is the route as it stands. Sent after every repair, and again to a
 * coordinator that was restarted and forgot the chat. The coordinator moves its reservations and refills the standbys.
 */
export interface Claim {
  readonly route: Route;
  readonly state: "active" | "idle";
  /** Tabs that were hops and are not any more, or could not be reached. */
  readonly lost: readonly TabId[];
}

export const claimSchema: v.GenericSchema<unknown, Claim> = v.object({
  route: routeSchema,
  state: v.picklist(["active", "idle"]),
  lost: v.pipe(v.array(tabIdSchema), v.maxLength(256)),
});
