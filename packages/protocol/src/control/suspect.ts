import * as v from "valibot";
import { type TabId, tabIdSchema } from "../ids.ts";

/** From a hop to the asker: the link to this neighbour closed, or can't be made. */
export interface Suspect {
  readonly type: "suspect";
  readonly tab: TabId;
}

export const suspectSchema: v.GenericSchema<unknown, Suspect> = v.object({
  type: v.literal("suspect"),
  tab: tabIdSchema,
});
