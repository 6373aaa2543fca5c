import type { NodeProto } from "onnx-buf";
import type { ActivationDtype } from "../manifest/manifest.ts";
import { elementType } from "../shard/element-type.ts";
import { GraphError } from "../shard/graph-error.ts";
import type { GraphIndex } from "../shard/graph-index.ts";
import { tensorType } from "../shard/onnx.ts";

/** Position of the input whose element type the output has, where it is not the first. */
const typedBy: ReadonlyMap<string, number> = new Map([
  ["Where", 1],
  ["DequantizeLinear", 1],
  ["GatherBlockQuantized", 2],
]);

/** Element type of a float tensor, from what the graph declares or from the operators that lead to it. */
export function activationOf(index: GraphIndex, tensor: string): ActivationDtype {
  const declared = new Map(index.graph.valueInfo.map((info) => [info.name, info]));
  for (let name: string | undefined = tensor; name !== undefined;) {
    const info = tensorType(index.inputs.get(name) ?? index.outputs.get(name) ?? declared.get(name))?.elemType;
    const known = info ?? index.initializers.get(name)?.dataType;
    if (known !== undefined && known !== 0) return asActivation(known, tensor);
    const n: NodeProto | undefined = index.nodes[index.producer.get(name) ?? -1];
    if (n?.opType === "Cast") return asActivation(Number(n.attribute.find((a) => a.name === "to")?.i ?? 0), tensor);
    if (n?.opType === "Constant")
      return asActivation(n.attribute.find((a) => a.name === "value")?.t?.dataType ?? 0, tensor);
    name = n?.input[typedBy.get(n.opType) ?? 0];
  }
  throw new GraphError("uncuttable", `The element type of tensor "${tensor}" can't be told from the graph.`);
}

function asActivation(elemType: number, tensor: string): ActivationDtype {
  if (elemType === elementType.f32) return "f32";
  if (elemType === elementType.f16) return "f16";
  throw new GraphError(
    "uncuttable",
    `Tensor "${tensor}" has element type ${elemType}; hidden states must be float or float16.`,
  );
}
