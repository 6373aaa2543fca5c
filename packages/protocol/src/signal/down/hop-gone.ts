import * as v from "valibot";
import { type SessionId, sessionIdSchema, type TabId, tabIdSchema } from "../../ids.ts";

/** To the asker: a hop of its chat, or a standby, is gone as the coordinator sees it. */
export interface HopGone {
  readonly session: SessionId;
  readonly tab: TabId;
  /** False when only its socket closed: its links may well stand. */
  readonly certain: boolean;
}

export const hopGoneSchema: v.GenericSchema<unknown, HopGone> = v.object({
  session: sessionIdSchema,
  tab: tabIdSchema,
  certain: v.boolean(),
});
