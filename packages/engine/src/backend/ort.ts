/** The runtime as the backends see it. Each composition root imports the build that it wants and hands it in. */
export type Ort = Pick<typeof import("onnxruntime-web"), "InferenceSession" | "Tensor" | "env">;
export type OrtSession = import("onnxruntime-web").InferenceSession;
export type OrtTensor = import("onnxruntime-web").Tensor;
