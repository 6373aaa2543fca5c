import type { DeviceReport } from "@potluck/donor";
import type { ReactElement } from "react";

function computesWith({ backend, why }: DeviceReport): string {
  if (backend === "wasm") return "the CPU (WebAssembly)";
  return why === null ? "WebGPU" : "nothing: WebGPU was asked for";
}

/** Which backend this device would use, and why not a faster one. */
export function DeviceCard({ device }: { readonly device: DeviceReport | null }): ReactElement | null {
  if (device === null) return null;
  return (
    <section className="device" aria-label="This device">
      <h2>This device</h2>
      <dl className="device-facts">
        <div>
          <dt>Computes with</dt>
          <dd>{computesWith(device)}</dd>
        </div>
        <div>
          <dt>Hardware</dt>
          <dd>{device.name}</dd>
        </div>
        <div>
          <dt>16-bit floats</dt>
          <dd>{device.f16 ? "yes" : "no"}</dd>
        </div>
      </dl>
      {device.why !== null && (
        <p className="device-why" data-problem={device.why.code}>
          {device.why.what} {device.why.advice}
        </p>
      )}
    </section>
  );
}
