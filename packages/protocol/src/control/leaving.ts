import * as v from "valibot";

/** From a hop to the asker: put somebody in my place; I work on until you have. */
export interface Leaving {
  readonly type: "leaving";
  /** `stopped`: its person stopped it. `slow`: it is hidden or too busy to keep up. */
  readonly why: "stopped" | "slow";
}

export const leavingSchema: v.GenericSchema<unknown, Leaving> = v.object({
  type: v.literal("leaving"),
  why: v.picklist(["stopped", "slow"]),
});
