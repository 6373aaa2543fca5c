import * as v from "valibot";

/** Is the path alive, and how long is it. The far link answers a ping with a pong of the same number at once. */
export interface Ping {
  readonly type: "ping" | "pong";
  readonly n: number;
}

export const pingSchema: v.GenericSchema<unknown, Ping> = v.object({
  type: v.picklist(["ping", "pong"]),
  n: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
