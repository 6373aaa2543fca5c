import { TensorProto_DataLocation, TensorProto_DataType } from "onnx-buf";

/** ONNX element types by number, as the messages carry them. */
export const elementType: {
  readonly f32: number;
  readonly f16: number;
  readonly f64: number;
  readonly i32: number;
  readonly i64: number;
  readonly u8: number;
} = {
  f32: TensorProto_DataType.FLOAT,
  f16: TensorProto_DataType.FLOAT16,
  f64: TensorProto_DataType.DOUBLE,
  i32: TensorProto_DataType.INT32,
  i64: TensorProto_DataType.INT64,
  u8: TensorProto_DataType.UINT8,
};

/** Value of `data_location` for tensors whose bytes are in another file. */
export const externalLocation: number = TensorProto_DataLocation.EXTERNAL;
