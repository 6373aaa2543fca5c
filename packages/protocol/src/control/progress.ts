import * as v from "valibot";
import { maxContextTokens } from "../limits.ts";

/**
 * From a hop to the asker: how far it is. Sent once it has taken a new epoch, and after every run of several rows, so that
 * the asker can show a prefill or a replay, and tell a slow hop from one that hangs.
 */
export interface Progress {
  readonly type: "progress";
  readonly hop: number;
  /** Positions whose KV the hop holds. */
  readonly length: number;
}

export const progressSchema: v.GenericSchema<unknown, Progress> = v.object({
  type: v.literal("progress"),
  hop: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1024)),
  length: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxContextTokens)),
});
