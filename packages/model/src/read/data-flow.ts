import { type GraphIndex, isSkipNorm } from "../shard/graph-index.ts";
import type { GraphIo } from "../shard/graph-io.ts";

/**
 * The flow of hidden values: which tensors' values follow from token ids or caches, and through what every path must go.
 * Shapes are left out: masks and positions depend on shapes, and are made again on each side of a cut.
 */
export interface DataFlow {
  /** In the graph's order. Tensors whose values follow from neither tokens nor caches are absent. */
  readonly flows: ReadonlyMap<string, Flow>;
}

export interface Flow {
  readonly name: string;
  /** The node that makes it; -1 for an input. */
  readonly node: number;
  /** Highest layer whose cache it follows from; -1 for none. */
  readonly level: number;
  /** Flowing tensors that it follows from directly. */
  readonly from: readonly Flow[];
  /** Closest flow through which every path to it goes; null when paths begin apart. */
  readonly dominator: Flow | null;
  /** Distance from the beginning in the dominator tree. */
  readonly depth: number;
  /** The two tensors whose sum this is, when it stands for the sum that a skip norm makes inside. */
  readonly sumOf: readonly [string, string] | null;
  /** Made by adding two different flows, as a residual stream is; a norm adds only a constant. */
  readonly isSum: boolean;
}

export function traceFlow(index: GraphIndex, io: GraphIo): DataFlow {
  const flows = new Map<string, Flow>();
  const source = (name: string, level: number): void => {
    flows.set(name, { name, node: -1, level, from: [], dominator: null, depth: 1, sumOf: null, isSum: false });
  };
  source(io.inputIds, -1);
  for (const [layer, kv] of io.kv.entries()) {
    source(kv.pastKey, layer);
    source(kv.pastValue, layer);
  }
  for (const [at, n] of index.nodes.entries()) {
    if (n.domain === "" && (n.opType === "Shape" || n.opType === "Size")) continue;
    let from = n.input.flatMap((name) => flows.get(name) ?? []);
    if (from.length === 0) continue;
    const [a, b] = n.input;
    if (isSkipNorm(n) && a !== undefined && b !== undefined) {
      const sum = join(`sum of "${a}" and "${b}"`, at, from, [a, b], true);
      from = [sum];
      flows.set(sumKey(at), sum);
    }
    for (const name of n.output) if (name !== "") flows.set(name, join(name, at, from, null, n.opType === "Add"));
  }
  return { flows };
}

/** Key of the sum inside the skip norm at node `at`; no tensor has such a name. */
function sumKey(at: number): string {
  return `\u0000${at}`;
}

function join(name: string, node: number, from: readonly Flow[], sumOf: Flow["sumOf"], adds: boolean): Flow {
  const dominator = closestCommon(from);
  const level = Math.max(...from.map((f) => f.level));
  return {
    name,
    node,
    level,
    from,
    dominator,
    depth: (dominator?.depth ?? 0) + 1,
    sumOf,
    isSum: adds && new Set(from).size > 1,
  };
}

/** The closest flow through which every path to every one of `flows` goes. */
export function closestCommon(flows: readonly Flow[]): Flow | null {
  let common: Flow | null = flows[0] ?? null;
  for (const other of flows) {
    let a: Flow | null = common;
    let b: Flow | null = other;
    while (a !== b && a !== null && b !== null) {
      if (a.depth >= b.depth) a = a.dominator;
      else b = b.dominator;
    }
    common = a === b ? a : null;
    if (common === null) return null;
  }
  return common;
}
