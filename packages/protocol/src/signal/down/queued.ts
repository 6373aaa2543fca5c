import * as v from "valibot";
import { type RequestId, requestIdSchema } from "../../ids.ts";
import { type LayerRange, layerRangeSchema } from "../../segment.ts";

/** Why a request waits. */
export type WaitReason =
  | { readonly kind: "layers-missing"; readonly missing: readonly LayerRange[] }
  | { readonly kind: "all-busy" };

/** The request waits; sent again whenever its place or reason changes. */
export interface Queued {
  readonly status: "queued";
  readonly request: RequestId;
  /** 1 is next. */
  readonly position: number;
  readonly reason: WaitReason;
  /** About how long it will be, by how long answers took lately; null before enough of them were seen (SW31). */
  readonly waitMs: number | null;
}

export const waitReasonSchema: v.GenericSchema<unknown, WaitReason> = v.variant("kind", [
  v.object({ kind: v.literal("layers-missing"), missing: v.array(layerRangeSchema) }),
  v.object({ kind: v.literal("all-busy") }),
]);

export const queuedSchema: v.GenericSchema<unknown, Queued> = v.object({
  status: v.literal("queued"),
  request: requestIdSchema,
  position: v.pipe(v.number(), v.integer(), v.minValue(1)),
  reason: waitReasonSchema,
  waitMs: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
