import { AttributeProto_AttributeType, type ModelProto } from "onnx-buf";
import { GraphError } from "../shard/graph-error.ts";
import { describeNode } from "../shard/graph-index.ts";
import { knownOperators, operatorSets } from "./known-operators.ts";

/** Throws `truncated` without operator sets; `unknown-operator` or `subgraph` naming the node, when the engine could not run or the cutter not follow it. */
export function checkOperators(model: ModelProto): void {
  if (model.opsetImport.length === 0) {
    // Operator sets usually follow the graph, so a file that ends with its graph still reads as a whole message.
    throw new GraphError(
      "truncated",
      "The file names no operator set, so it was probably cut short. Download it again.",
    );
  }
  const imported = new Map<string, number>();
  for (const { domain, version } of model.opsetImport) {
    const name = domain === "ai.onnx" ? "" : domain;
    imported.set(name, Number(version));
    const range = operatorSets.get(name);
    if (range !== undefined && (Number(version) < range.from || Number(version) > range.to)) {
      throw new GraphError(
        "unknown-operator",
        `The graph uses operator set ${version} of "${name === "" ? "ai.onnx" : name}"; the engine runs ${range.from} to ${range.to}. Export the model again.`,
      );
    }
  }
  if (model.functions.length > 0) {
    throw new GraphError(
      "subgraph",
      `The model defines its own function "${model.functions[0]?.name}", which can't be cut. Export it with functions inlined.`,
    );
  }
  for (const n of model.graph?.node ?? []) {
    const domain = n.domain === "ai.onnx" ? "" : n.domain;
    if (
      n.attribute.some(
        (a) =>
          a.type === AttributeProto_AttributeType.GRAPH ||
          a.type === AttributeProto_AttributeType.GRAPHS ||
          a.g !== undefined,
      )
    ) {
      throw new GraphError(
        "subgraph",
        `Node ${describeNode(n)} holds a graph of its own, which can't be cut. Use an export without If, Loop and Scan.`,
      );
    }
    if (knownOperators.get(domain)?.has(n.opType) !== true) {
      throw new GraphError("unknown-operator", `Node ${describeNode(n)} is an operator that the engine does not know.`);
    }
    if (!imported.has(domain)) {
      throw new GraphError(
        "unknown-operator",
        `Node ${describeNode(n)} is of operator set "${domain}", which the file does not import.`,
      );
    }
  }
}
