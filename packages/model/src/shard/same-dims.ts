import type { GraphIndex } from "./graph-index.ts";
import { tensorType } from "./onnx.ts";

/** Whether two of the graph's inputs or outputs agree in every fixed dimension but the sequence's (index 2 of a cache). */
export function sameDims(index: GraphIndex, a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => tensorType(index.inputs.get(name) ?? index.outputs.get(name))?.dims ?? null);
  if (x === null || y === null || x === undefined || y === undefined) return true;
  return x.length === y.length && x.every((dim, i) => i === 2 || dim === null || y[i] === null || dim === y[i]);
}
