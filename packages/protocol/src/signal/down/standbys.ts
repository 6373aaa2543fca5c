import * as v from "valibot";
import { type SessionId, sessionIdSchema, type TabId, tabIdSchema } from "../../ids.ts";
import { maxHops, maxStandbys } from "../../limits.ts";

/** To the asker, whenever they change: who stands by for each hop of its chat. They were admitted before. */
export interface Standbys {
  readonly session: SessionId;
  /** `tab` is the hop. */
  readonly hops: readonly { readonly tab: TabId; readonly standbys: readonly TabId[] }[];
}

export const standbysSchema: v.GenericSchema<unknown, Standbys> = v.object({
  session: sessionIdSchema,
  hops: v.pipe(
    v.array(v.object({ tab: tabIdSchema, standbys: v.pipe(v.array(tabIdSchema), v.maxLength(maxStandbys)) })),
    v.maxLength(maxHops),
  ),
});
