import * as v from "valibot";
import { type ModelId, modelIdSchema } from "../../ids.ts";
import { type Refusal, refusalSchema } from "../../refusal.ts";
import { type Segment, segmentSchema } from "../../segment.ts";

/** Asks for a segment to run; with `preview`, only which one it would be now. */
export interface Donate {
  readonly preview: boolean;
  /** Models the donor agreed to; empty means any. */
  readonly models: readonly ModelId[];
  /** Memory the donor gives, in bytes: weights and KV caches together. */
  readonly budgetBytes: number;
  readonly backend: "webgpu" | "wasm";
  /** The device computes in f16. */
  readonly f16: boolean;
  /** Segments whose weights this tab has in its cache; placement prefers them. */
  readonly cached: readonly Segment[];
  /** What this tab has loaded and serves already, when it registers again; null when it comes with empty hands. */
  readonly holding: Segment | null;
  /** What the other tabs of this tab's browser hold or load; nothing that overlaps it is assigned. */
  readonly avoid: readonly Segment[];
  /** The country that the donor chose to be shown under, ISO 3166-1 alpha-2; null for none. */
  readonly country: string | null;
}

/** Load this segment, then report `ready`. */
export interface Assigned {
  readonly status: "assigned";
  readonly segment: Segment;
  /** Bytes of weights to load, the draft's included, less what is cached already. */
  readonly weightBytes: number;
  /** Bytes of weights that it then holds, cached before or not; 0 for no draft. */
  readonly heldBytes: { readonly segment: number; readonly draft: number };
  /** KV positions that fit in the budget beside the weights, over all sessions; the draft gets as many. */
  readonly kvTokens: number;
  /** A whole small model that guesses for this one, to be loaded beside the segment once that serves; null: none, or no room. */
  readonly draft: Segment | null;
}

const bytesSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

export const donateSchema: v.GenericSchema<unknown, Donate> = v.object({
  preview: v.boolean(),
  models: v.pipe(v.array(modelIdSchema), v.maxLength(32)),
  budgetBytes: v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 40)),
  backend: v.picklist(["webgpu", "wasm"]),
  f16: v.boolean(),
  cached: v.pipe(v.array(segmentSchema), v.maxLength(64)),
  holding: v.nullable(segmentSchema),
  avoid: v.pipe(v.array(segmentSchema), v.maxLength(64)),
  country: v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/u))),
});

export const donateAnswerSchema: v.GenericSchema<unknown, Assigned | Refusal> = v.union([
  v.object({
    status: v.literal("assigned"),
    segment: segmentSchema,
    weightBytes: bytesSchema,
    heldBytes: v.object({ segment: bytesSchema, draft: bytesSchema }),
    kvTokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
    draft: v.nullable(segmentSchema),
  }),
  refusalSchema,
]);
