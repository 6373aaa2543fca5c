import * as v from "valibot";

/** From the asker to every hop: free the session. */
export interface End {
  readonly type: "end";
  readonly why: "stopped" | "closed";
}

export const endSchema: v.GenericSchema<unknown, End> = v.object({
  type: v.literal("end"),
  why: v.picklist(["stopped", "closed"]),
});
