import * as v from "valibot";
import {
  type RequestId,
  requestIdSchema,
  type SessionId,
  sessionIdSchema,
  type TabId,
  tabIdSchema,
} from "../../ids.ts";

/**
 * From an asker that has no standby for a lost hop: hops in place of the lost ones. The answer's route keeps the other hops
 * where it can; its epoch means nothing, for the asker chooses it. Where no tab can help yet the request is `queued` ahead
 * of new chats, and `route-ready` follows. `cancel-route` takes it back.
 */
export interface Repair {
  readonly request: RequestId;
  readonly session: SessionId;
  /** Hops that are none any more, as the asker sees it. One of them may be a hop again if it is here and holds its layers. */
  readonly lost: readonly TabId[];
  /** Tabs that must not be in the new route, also if they seem to be here. */
  readonly barred: readonly TabId[];
}

export const repairSchema: v.GenericSchema<unknown, Repair> = v.object({
  request: requestIdSchema,
  session: sessionIdSchema,
  lost: v.pipe(v.array(tabIdSchema), v.maxLength(256)),
  barred: v.pipe(v.array(tabIdSchema), v.maxLength(256)),
});
