import * as v from "valibot";
import { type SessionId, sessionIdSchema } from "../../ids.ts";
import { answerTokensSchema } from "./answered.ts";

/**
 * From the asker, when an answer is over: `idle` keeps the hops' KV for the next message (the coordinator may take it
 * back for somebody who waits), `ended` gives it up.
 */
export interface Settle {
  readonly session: SessionId;
  readonly state: "idle" | "ended";
  /** Of the answer that is over; absent where none came. */
  readonly tokens?: number | undefined;
}

export const settleSchema: v.GenericSchema<unknown, Settle> = v.object({
  session: sessionIdSchema,
  state: v.picklist(["idle", "ended"]),
  tokens: v.optional(answerTokensSchema),
});
