import * as v from "valibot";
import { type SessionId, sessionIdSchema } from "../../ids.ts";
import { maxContextTokens } from "../../limits.ts";

/**
 * From an asker, about once a second while its answer comes: how many tokens it has of it. The coordinator sees no token, so
 * the speeds that it tells are what tabs say.
 */
export interface Answered {
  readonly session: SessionId;
  /** Of this answer, so far. */
  readonly tokens: number;
}

export const answerTokensSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(maxContextTokens),
);

export const answeredSchema: v.GenericSchema<unknown, Answered> = v.object({
  session: sessionIdSchema,
  tokens: answerTokensSchema,
});
