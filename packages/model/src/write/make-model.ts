import { create } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import { encodeModel } from "../shard/onnx.ts";

export interface ModelParts {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
}

/** The bytes of an ONNX file with the operator sets that decoder exports of today have. */
export function makeModel({ nodes, initializers, inputs, outputs }: ModelParts): Uint8Array<ArrayBuffer> {
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: "", version: 21n }),
        create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 1n }),
      ],
      graph: create(GraphProtoSchema, {
        name: "main_graph",
        node: [...nodes],
        initializer: [...initializers],
        input: [...inputs],
        output: [...outputs],
      }),
    }),
  );
}
