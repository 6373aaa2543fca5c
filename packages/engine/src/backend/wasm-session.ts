import { expandWeights, type ShardPlan } from "@potluck/model";
import { engineFaultOf } from "./engine-fault-of.ts";
import type { Ort, OrtSession } from "./ort.ts";

/**
 * Loads a shard's graph on the CPU, its 4-bit weights expanded to f32 as far as `expandBytes` allow, which makes a run of
 * one row more than four times as fast. Where the device has no memory for that the weights stay as they are.
 */
export async function wasmSession(
  ort: Ort,
  plan: ShardPlan,
  weights: Uint8Array,
  expandBytes: number,
): Promise<OrtSession> {
  if (expandBytes > 0) {
    try {
      return await expandedSession(ort, plan, weights, expandBytes);
    } catch (error) {
      if (engineFaultOf(error, "loading the shard").fault !== "out-of-memory") throw error;
    }
  }
  return await load(ort, plan.graph, [{ path: plan.weightsPath, data: weights }]);
}

function expandedSession(ort: Ort, plan: ShardPlan, weights: Uint8Array, expandBytes: number): Promise<OrtSession> {
  const { graph, expandedPath, expanded } = expandWeights(plan, weights, expandBytes);
  return load(ort, graph, [
    { path: plan.weightsPath, data: weights },
    { path: expandedPath, data: expanded },
  ]);
}

function load(ort: Ort, graph: Uint8Array, files: readonly { path: string; data: Uint8Array }[]): Promise<OrtSession> {
  return ort.InferenceSession.create(graph, {
    executionProviders: ["wasm"],
    externalData: files.filter(({ data }) => data.length > 0),
    logSeverityLevel: 3,
  });
}
