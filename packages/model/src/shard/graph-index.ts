import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { GraphError } from "./graph-error.ts";

/** Who makes and who uses each tensor of a graph. Numbers index `graph.node`. */
export interface GraphIndex {
  readonly graph: GraphProto;
  readonly nodes: readonly NodeProto[];
  readonly producer: ReadonlyMap<string, number>;
  readonly consumers: ReadonlyMap<string, readonly number[]>;
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** Without initializers, which old exports list among the inputs too. */
  readonly inputs: ReadonlyMap<string, ValueInfoProto>;
  readonly outputs: ReadonlyMap<string, ValueInfoProto>;
}

/** Throws `damaged` when a tensor is used before it is made, or made twice: later passes rely on the order. */
export function indexGraph(graph: GraphProto): GraphIndex {
  const initializers = new Map(graph.initializer.map((t) => [t.name, t]));
  const inputs = new Map(graph.input.filter((i) => !initializers.has(i.name)).map((i) => [i.name, i]));
  const producer = new Map<string, number>();
  const consumers = new Map<string, number[]>();
  for (const [at, n] of graph.node.entries()) {
    for (const name of n.input) {
      if (name === "") continue;
      if (!producer.has(name) && !initializers.has(name) && !inputs.has(name)) {
        throw new GraphError(
          "damaged",
          `Node ${describeNode(n)} uses tensor "${name}", which nothing before it makes. The file is damaged or incomplete.`,
        );
      }
      const users = consumers.get(name);
      if (users === undefined) consumers.set(name, [at]);
      else users.push(at);
    }
    for (const name of n.output) {
      if (name === "") continue;
      if (producer.has(name) || initializers.has(name) || inputs.has(name)) {
        throw new GraphError("damaged", `Node ${describeNode(n)} makes tensor "${name}", which exists already.`);
      }
      producer.set(name, at);
    }
  }
  const outputs = new Map(graph.output.map((o) => [o.name, o]));
  for (const name of outputs.keys()) {
    if (!producer.has(name) && !inputs.has(name) && !initializers.has(name)) {
      throw new GraphError("damaged", `Nothing makes the graph's output "${name}". The file is damaged or incomplete.`);
    }
  }
  return { graph, nodes: graph.node, producer, consumers, initializers, inputs, outputs };
}

export function describeNode(n: NodeProto): string {
  return `"${n.name === "" ? (n.output[0] ?? "?") : n.name}" (${n.domain === "" ? "" : `${n.domain}.`}${n.opType})`;
}

/** Whether the node adds inputs 0 and 1 before it normalizes, and can hand out the sum as output 3. */
export function isSkipNorm(n: NodeProto): boolean {
  if (n.domain !== "com.microsoft") return false;
  // With a bias the sum has a third term, which one Add can't stand for.
  if (n.opType === "SkipSimplifiedLayerNormalization") return (n.input[3] ?? "") === "";
  return n.opType === "SkipLayerNormalization" && (n.input[4] ?? "") === "";
}
