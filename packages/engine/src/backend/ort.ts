import type * as runtime from "onnxruntime-web";

/** The runtime as the backends see it. Each composition root imports the build that it wants and hands it in. */
export type Ort = Pick<typeof runtime, "InferenceSession" | "Tensor" | "env">;
export type OrtSession = runtime.InferenceSession;
export type OrtTensor = runtime.Tensor;
