import * as v from "valibot";
import { type SessionId, sessionIdSchema } from "../ids.ts";
import { maxContextTokens } from "../limits.ts";

/**
 * From a hop to the next, ahead of a new session's first rows: these are, up to `length`, the rows of another session that
 * came the same way. The next hop answers with `have`: `length` when it copied them, 0 when it could not.
 */
export interface Share {
  readonly type: "share";
  /** The session whose rows they are. */
  readonly like: SessionId;
  readonly length: number;
}

export const shareSchema: v.GenericSchema<unknown, Share> = v.object({
  type: v.literal("share"),
  like: sessionIdSchema,
  length: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxContextTokens)),
});
