import * as v from "valibot";
import { type ModelId, modelIdSchema } from "./ids.ts";

/**
 * A contiguous range of layers, `from` inclusive, `to` exclusive. Layer 0 brings the embedding with it, the last
 * layer the final norm and the head.
 */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

/** A layer range of a named model. */
export interface Segment extends LayerRange {
  readonly modelId: ModelId;
}

const layer = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1024));

export const layerRangeSchema: v.GenericSchema<unknown, LayerRange> = v.pipe(
  v.object({ from: layer, to: layer }),
  v.check((r) => r.from < r.to, "a layer range needs from < to"),
);

export const segmentSchema: v.GenericSchema<unknown, Segment> = v.pipe(
  v.object({ modelId: modelIdSchema, from: layer, to: layer }),
  v.check((r) => r.from < r.to, "a segment needs from < to"),
);

/** `layers 3–5` with inclusive ends, as people count them from 0; `layer 3` for a single one. */
export function describeRange(range: LayerRange): string {
  return range.to - range.from === 1 ? `layer ${range.from}` : `layers ${range.from}–${range.to - 1}`;
}
