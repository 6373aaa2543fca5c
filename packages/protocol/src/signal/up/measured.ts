import * as v from "valibot";
import { type TabId, tabIdSchema } from "../../ids.ts";
import { maxMeasuredLinks } from "../../limits.ts";

/** The smoothed round trip of one open link. */
export interface MeasuredLink {
  readonly tab: TabId;
  readonly ms: number;
}

/** Every few seconds, from a tab with links: how far others are. Routes and standbys are chosen near each other by it. */
export interface Measured {
  readonly links: readonly MeasuredLink[];
}

export const measuredSchema: v.GenericSchema<unknown, Measured> = v.object({
  links: v.pipe(
    v.array(v.object({ tab: tabIdSchema, ms: v.pipe(v.number(), v.minValue(0), v.maxValue(60_000)) })),
    v.maxLength(maxMeasuredLinks),
  ),
});
