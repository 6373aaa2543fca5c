import type { Activations } from "./backend.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { tensorValues } from "./tensor-values.ts";

/** The first `length` positions of one slot of a CPU tensor `[slots, heads, positions, width]`, as a tensor of their own. */
export function cutPositions(ort: Ort, tensor: OrtTensor, slot: number, length: number): OrtTensor {
  const [, heads = 0, positions = 0, width = 0] = tensor.dims;
  return filledTensor(ort, tensor, [1, heads, length, width], (out) => {
    const values = tensorValues(tensor);
    for (let head = 0; head < heads; head++) {
      const from = (slot * heads + head) * positions * width;
      out.set(values.subarray(from, from + length * width), head * length * width);
    }
  });
}

/** A CPU tensor of the type of `like`. */
export function filledTensor(
  ort: Ort,
  like: OrtTensor | undefined,
  dims: readonly number[],
  fill: (out: Activations) => void,
): OrtTensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (like?.type === "float32") {
    const out = new Float32Array(size);
    fill(out);
    return new ort.Tensor("float32", out, dims);
  }
  if (like?.type === "float16") {
    const out = new Uint16Array(size);
    fill(out);
    return new ort.Tensor("float16", out, dims);
  }
  throw new Error(`a cache of type ${like?.type}`);
}
