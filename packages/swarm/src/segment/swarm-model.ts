import type { FrameDtype, LayerRange, ModelId, Segment } from "@potluck/protocol";
import type { LayerCost, SegmentCost } from "./layer-cost.ts";

/** A whole small model that guesses for another one (SD6); what it costs the tab with that one's first layers. */
export interface DraftModel extends LayerCost {
  readonly id: ModelId;
  readonly layerCount: number;
  readonly activation: FrameDtype;
}

/** What planning needs to know of a model; made from its manifest by the coordinator. */
export interface SwarmModel {
  readonly id: ModelId;
  readonly name: string;
  readonly dtype: string;
  readonly maxPositions: number;
  /** Dtype of the hidden states between hops; `f16` also means that only devices with f16 can run it. */
  readonly activation: FrameDtype;
  /** Relative to the coordinator. */
  readonly manifestUrl: string;
  readonly layers: readonly LayerCost[];
  /** All ranges of layers with their costs, by `from`, then by `to`. */
  readonly segments: readonly SegmentCost[];
  /** The range of all layers. */
  readonly whole: SegmentCost;
  /** Same vocabulary, see SD10; null: guesses come from lookup alone. */
  readonly draft: DraftModel | null;
}

/** What of a draft a tab loads: all of it. */
export function draftSegment({ id, layerCount }: DraftModel): Segment {
  return { modelId: id, from: 0, to: layerCount };
}

/** The facts of a model, before its ranges are weighed. */
export interface SwarmModelFacts extends Omit<SwarmModel, "segments" | "whole" | "draft"> {
  readonly draft?: DraftModel | null | undefined;
  /** Bytes of a range, where that is not the sum over its layers (tied embeddings and rotary caches are loaded once). */
  readonly rangeWeightBytes?: ((range: LayerRange) => number) | undefined;
}

/** A model ready for planning. Throws a RangeError when it has no layer. */
export function swarmModel(facts: SwarmModelFacts): SwarmModel {
  const { rangeWeightBytes, draft = null, ...model } = facts;
  const { layers } = model;
  const segments: SegmentCost[] = [];
  for (let from = 0; from < layers.length; from++) {
    let weightBytes = 0;
    let kvBytesPerToken = 0;
    for (let to = from + 1; to <= layers.length; to++) {
      weightBytes += layers[to - 1]?.weightBytes ?? 0;
      kvBytesPerToken += layers[to - 1]?.kvBytesPerToken ?? 0;
      const exactBytes = rangeWeightBytes?.({ from, to }) ?? weightBytes;
      segments.push({ from, to, weightBytes: exactBytes, kvBytesPerToken });
    }
  }
  const whole = segments[layers.length - 1];
  if (whole === undefined) throw new RangeError("a model without layers can't be placed");
  return { ...model, segments, whole, draft };
}
