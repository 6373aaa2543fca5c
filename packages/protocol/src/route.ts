import * as v from "valibot";
import { type ModelId, modelIdSchema, type SessionId, sessionIdSchema, type TabId, tabIdSchema } from "./ids.ts";
import { maxContextTokens, maxHops, maxStandbys } from "./limits.ts";
import { type LayerRange, layerRangeSchema } from "./segment.ts";

/** One hop: the tab that runs it and the layers it runs. */
export interface Hop {
  readonly tab: TabId;
  readonly range: LayerRange;
  /** Tabs that hold the same range and were admitted to take over, the best first. */
  readonly standbys: readonly TabId[];
}

/** What travels between hops: raw little-endian f32 or f16. */
export type FrameDtype = "f32" | "f16";

/** The ordered hops of one session; they tile all layers of the model exactly once. */
export interface Route {
  readonly session: SessionId;
  readonly modelId: ModelId;
  /** Raised by the asker with every change of the hops; frames of an older one are dropped. Starts at 0. */
  readonly epoch: number;
  readonly asker: TabId;
  readonly hops: readonly Hop[];
  /** Positions reserved on every hop for this session's KV. */
  readonly contextTokens: number;
  readonly frameDtype: FrameDtype;
  /** A hop frees the session when it heard nothing of it for this long. */
  readonly leaseMs: number;
}

export const frameDtypeSchema: v.GenericSchema<unknown, FrameDtype> = v.picklist(["f32", "f16"]);
export const epochSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(0xffff_ffff),
);
export const contextTokensSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(maxContextTokens),
);

export const hopSchema: v.GenericSchema<unknown, Hop> = v.object({
  tab: tabIdSchema,
  range: layerRangeSchema,
  standbys: v.pipe(v.array(tabIdSchema), v.maxLength(maxStandbys)),
});

export const routeSchema: v.GenericSchema<unknown, Route> = v.pipe(
  v.object({
    session: sessionIdSchema,
    modelId: modelIdSchema,
    epoch: epochSchema,
    asker: tabIdSchema,
    hops: v.pipe(v.array(hopSchema), v.minLength(1), v.maxLength(maxHops)),
    contextTokens: contextTokensSchema,
    frameDtype: frameDtypeSchema,
    leaseMs: v.pipe(v.number(), v.integer(), v.minValue(1000), v.maxValue(3_600_000)),
  }),
  v.check(
    (route) => route.hops.every((hop, i) => hop.range.from === (i === 0 ? 0 : route.hops[i - 1]?.range.to)),
    "the hops of a route must tile the layers in order, from layer 0, without a gap or an overlap",
  ),
);
