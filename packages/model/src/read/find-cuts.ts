import type { Cut } from "../manifest/manifest.ts";
import { GraphError } from "../shard/graph-error.ts";
import type { GraphIndex } from "../shard/graph-index.ts";
import type { GraphIo } from "../shard/graph-io.ts";
import { closestCommon, type Flow, traceFlow } from "./data-flow.ts";

/**
 * Every boundary of the decoder, from the embedding's output to the input of the final norm, by data flow alone.
 * Throws `layers` when the layers don't follow each other, `uncuttable` naming the tensors when more than one would
 * have to cross.
 */
export function findCuts(index: GraphIndex, io: GraphIo): Cut[] {
  const { flows } = traceFlow(index, io);
  const layerCount = io.kv.length;
  for (const [layer, kv] of io.kv.entries()) {
    for (const name of [kv.presentKey, kv.presentValue]) {
      const flow = flows.get(name);
      if (flow === undefined || flow.level !== layer) {
        throw new GraphError(
          "layers",
          `"${name}" does not follow from the cache of layer ${layer} alone and those before it, so the layers' order can't be told.`,
        );
      }
    }
  }
  const crossing: Flow[][] = io.kv.map(() => []);
  for (const flow of flows.values()) {
    for (const input of flow.from) {
      // An edge from level i to level j crosses the boundaries i + 1 to j.
      for (let layer = input.level + 1; layer <= flow.level; layer++) crossing[layer]?.push(input);
    }
  }
  const cuts = crossing.map((frontier, layer) => {
    if (frontier.length === 0) throw new GraphError("layers", `No hidden states lead into layer ${layer}.`);
    const flow = closestCommon(frontier);
    if (flow === null || flow.level !== layer - 1 || flow.node === -1) throw refuse(layer, frontier);
    return toCut(layer, flow);
  });
  cuts.push(toCut(layerCount, findFinalSum(flows.get(io.logits), io, layerCount)));
  return cuts;
}

/** The last residual sum before the logits: the final norm's input. */
function findFinalSum(logits: Flow | undefined, io: GraphIo, layerCount: number): Flow {
  for (let flow = logits?.dominator ?? null; flow !== null && flow.level === layerCount - 1; flow = flow.dominator) {
    if (flow.sumOf !== null || flow.isSum) return flow;
  }
  throw new GraphError(
    "uncuttable",
    `No single tensor leads from the last layer to "${io.logits}", so the head can't be cut off.`,
  );
}

function toCut(layer: number, flow: Flow): Cut {
  return { layer, tensors: flow.sumOf ?? [flow.name] };
}

function refuse(layer: number, frontier: readonly Flow[]): GraphError {
  const names = narrow(frontier).map((f) => (f.sumOf === null ? `"${f.name}"` : f.name));
  return new GraphError(
    "uncuttable",
    `Between ${layer === 0 ? "the embedding and layer 0" : `layers ${layer - 1} and ${layer}`} more than one tensor would have to cross: ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}. Models with more than one residual stream can't be cut.`,
  );
}

/** Walks a frontier back while that does not widen it, so that the message names the streams and not their uses. */
function narrow(frontier: readonly Flow[]): Flow[] {
  let best = new Set(frontier);
  for (let current = new Set(frontier), steps = 0; steps < 64; steps++) {
    const last = [...current].reduce((a, b) => (b.node > a.node ? b : a));
    if (last.node === -1 || last.from.length === 0) break;
    current = new Set(current);
    current.delete(last);
    for (const input of last.from) current.add(input);
    if (current.size <= best.size) best = current;
    if (current.size > frontier.length + 4) break;
  }
  return [...best];
}
