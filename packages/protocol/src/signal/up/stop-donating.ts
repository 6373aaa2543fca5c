import * as v from "valibot";

/** Gives the segment back. The askers of chats that run through this tab hear that it is gone. */
export interface StopDonating {
  readonly why: "stopped" | "leaving";
}

export const stopDonatingSchema: v.GenericSchema<unknown, StopDonating> = v.object({
  why: v.picklist(["stopped", "leaving"]),
});
