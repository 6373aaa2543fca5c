import type { FrameDtype, LayerRange, ModelId } from "@potluck/protocol";
import { type LayerCost, segmentTree, type SegmentNode } from "./segment-tree.ts";

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
  readonly tree: SegmentNode;
}

/** The facts of a model, before its tree is grown. */
export interface SwarmModelFacts extends Omit<SwarmModel, "tree"> {
  /** Bytes of a range; the sum over its layers when left out. */
  readonly rangeWeightBytes?: ((range: LayerRange) => number) | undefined;
}

/** A model ready for planning. Throws a RangeError when it has no layer. */
export function swarmModel(facts: SwarmModelFacts): SwarmModel {
  const { rangeWeightBytes, ...model } = facts;
  return { ...model, tree: segmentTree(model.layers, rangeWeightBytes) };
}
