/** Writing ONNX files: for tools that make an export on the spot. */
export { makeModel, type ModelParts } from "./make-model.ts";
export { elementType } from "../shard/element-type.ts";
export { externalTensor, floatAttribute, int64Tensor, intAttribute, node, valueInfo } from "../shard/onnx.ts";
