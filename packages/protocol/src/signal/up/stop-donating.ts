import * as v from "valibot";

/** Gives the segment back. Sessions that run through this tab end with `hop-left`. */
export interface StopDonating {
  readonly why: "stopped" | "leaving";
}

export const stopDonatingSchema: v.GenericSchema<unknown, StopDonating> = v.object({
  why: v.picklist(["stopped", "leaving"]),
});
