import * as v from "valibot";
import { type SessionId, sessionIdSchema } from "../../ids.ts";

/** To hops and asker: the session is over, free its KV now. */
export interface Dismiss {
  readonly session: SessionId;
  readonly why: "ended" | "asker-gone" | "hop-left" | "evicted" | "lease-expired" | "shutting-down";
}

export const dismissSchema: v.GenericSchema<unknown, Dismiss> = v.object({
  session: sessionIdSchema,
  why: v.picklist(["ended", "asker-gone", "hop-left", "evicted", "lease-expired", "shutting-down"]),
});
