/** Whether a GPU is simulated on the CPU, which then computes faster by itself. Some such adapters do not call themselves fallbacks. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.description}`)
  );
}
