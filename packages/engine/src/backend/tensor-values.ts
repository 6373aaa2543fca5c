import { bitsOf } from "../half/half.ts";
import type { Activations } from "./backend.ts";
import type { OrtTensor } from "./ort.ts";

/** A CPU tensor's data as plain numbers or bit patterns; the runtime hands f16 over in whatever array the platform has. */
export function tensorValues(tensor: OrtTensor | undefined): Activations {
  if (tensor?.type === "float32") return tensor.data as Float32Array;
  if (tensor?.type === "float16") return bitsOf(tensor.data as ArrayBufferView);
  throw new Error(tensor === undefined ? "an output is missing" : `a tensor of type ${tensor.type}`);
}
