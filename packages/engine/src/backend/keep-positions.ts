import { bitsOf } from "../half/half.ts";
import type { Ort, OrtTensor } from "./ort.ts";

/** The first `length` positions of a CPU tensor `[1, kvHeads, past, headDim]`; the tensor itself when it has no more. */
export function keepPositions(ort: Ort, tensor: OrtTensor, length: number): OrtTensor {
  const [, heads = 0, past = 0, width = 0] = tensor.dims;
  if (past <= length) return tensor;
  const dims = [1, heads, length, width];
  if (tensor.type === "float32") {
    const kept = new Float32Array(heads * length * width);
    copyHeads(tensor.data as Float32Array, kept, heads, past * width, length * width);
    return new ort.Tensor("float32", kept, dims);
  }
  if (tensor.type === "float16") {
    const kept = new Uint16Array(heads * length * width);
    copyHeads(bitsOf(tensor.data as ArrayBufferView), kept, heads, past * width, length * width);
    return new ort.Tensor("float16", kept, dims);
  }
  throw new Error(`a cache of type ${tensor.type}`);
}

function copyHeads<T extends Float32Array | Uint16Array>(from: T, to: T, heads: number, wide: number, narrow: number) {
  for (let head = 0; head < heads; head++) to.set(from.subarray(head * wide, head * wide + narrow), head * narrow);
}
