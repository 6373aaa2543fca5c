import * as v from "valibot";
import { type SessionId, sessionIdSchema } from "../../ids.ts";

/** The session is over, free its KV now. `replaced`: only for this hop, another has taken its place. */
export interface Dismiss {
  readonly session: SessionId;
  readonly why: "ended" | "asker-gone" | "replaced" | "evicted" | "lease-expired" | "shutting-down";
}

export const dismissSchema: v.GenericSchema<unknown, Dismiss> = v.object({
  session: sessionIdSchema,
  why: v.picklist(["ended", "asker-gone", "replaced", "evicted", "lease-expired", "shutting-down"]),
});
