import * as v from "valibot";
import { maxContextTokens } from "../limits.ts";

/**
 * From a hop to the one that sends to it (the asker, for the first hop), once an epoch: rows are welcome from this position
 * on. Nothing is sent to it in that epoch before.
 */
export interface Have {
  readonly type: "have";
  /** Positions whose KV the hop holds. */
  readonly length: number;
}

export const haveSchema: v.GenericSchema<unknown, Have> = v.object({
  type: v.literal("have"),
  length: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxContextTokens)),
});
