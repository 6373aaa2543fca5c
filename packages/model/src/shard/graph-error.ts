export const graphFaults = [
  "truncated",
  "damaged",
  "external-data",
  "typed-data",
  "unknown-operator",
  "subgraph",
  "inputs",
  "layers",
  "uncuttable",
  "config",
  "too-large",
] as const;
export type GraphFault = (typeof graphFaults)[number];

/** A graph that can't be read, cut or planned. The sentence names the node, tensor or file. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly fault: GraphFault;
  constructor(fault: GraphFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
