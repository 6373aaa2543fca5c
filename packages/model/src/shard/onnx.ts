import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";

/** Small builders for ONNX messages: the few shapes that cutting needs. */

/** A node without attributes unless given. The default domain is the empty string. */
export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  options: { readonly name?: string; readonly domain?: string; readonly attributes?: readonly AttributeProto[] } = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: [...output],
    name: options.name ?? `potluck/${opType}/${output[0] ?? ""}`,
    domain: options.domain ?? "",
    attribute: [...(options.attributes ?? [])],
  });
}

export function intAttribute(name: string, value: number | bigint): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
}

export function floatAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });
}

/** A copy of `original` without attribute `attribute.name`, then with `attribute`. */
export function withAttribute(original: NodeProto, attribute: AttributeProto): NodeProto {
  return {
    ...original,
    attribute: [...original.attribute.filter((a) => a.name !== attribute.name), attribute],
  };
}

/** Dimensions: a number is fixed, a string is a name for something that varies. */
export function valueInfo(name: string, elemType: number, dims: readonly (number | string)[]): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType,
          shape: {
            dim: dims.map((d) => ({
              value:
                typeof d === "number"
                  ? { case: "dimValue" as const, value: BigInt(d) }
                  : { case: "dimParam" as const, value: d },
            })),
          },
        },
      },
    },
  });
}

/** Element type and dimensions of a value info; a dimension that varies is null. Null when it states no tensor type. */
export function tensorType(
  info: ValueInfoProto | undefined,
): { readonly elemType: number; readonly dims: readonly (number | null)[] | null } | null {
  const value = info?.type?.value;
  if (value?.case !== "tensorType") return null;
  const dims = value.value.shape?.dim.map((d) => (d.value.case === "dimValue" ? Number(d.value.value) : null));
  return { elemType: value.value.elemType, dims: dims ?? null };
}

export function int64Tensor(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: dims.map(BigInt),
    rawData: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer),
  });
}

/** An initializer whose bytes are in a file beside the graph. */
export function externalTensor(
  like: { readonly name: string; readonly dataType: number; readonly dims: readonly bigint[] },
  location: string,
  offset: number,
  lengthBytes: number,
): TensorProto {
  return create(TensorProtoSchema, {
    name: like.name,
    dataType: like.dataType,
    dims: [...like.dims],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: "location", value: location },
      { key: "offset", value: String(offset) },
      { key: "length", value: String(lengthBytes) },
    ],
  });
}

export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model);
}
