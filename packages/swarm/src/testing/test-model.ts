import type { Donate, ModelId, TabId } from "@potluck/protocol";
import { type SwarmModel, swarmModel } from "../segment/swarm-model.ts";

/** A model whose layers weigh `weights` bytes each, with 1 byte of KV a token and layer. */
export function testModel(weights: readonly number[], id = "test-model"): SwarmModel {
  return swarmModel({
    id: id as ModelId,
    name: id,
    dtype: "q4",
    maxPositions: 2048,
    activation: "f32",
    manifestUrl: `/models/${id}/manifest.json`,
    layers: weights.map((weightBytes) => ({ weightBytes, kvBytesPerToken: 1 })),
  });
}

/** An offer for any model. */
export function offer(budgetBytes: number, more: Partial<Donate> = {}): Donate {
  return {
    preview: false,
    models: [],
    budgetBytes,
    backend: "wasm",
    f16: true,
    cached: [],
    holding: null,
    avoid: [],
    country: null,
    ...more,
  };
}

/** 32 hex digits that count up. */
export function countingIds(): () => string {
  let n = 0;
  return () => (++n).toString(16).padStart(32, "0");
}

export function tabId(n: number): TabId {
  return n.toString(16).padStart(32, "0") as TabId;
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
