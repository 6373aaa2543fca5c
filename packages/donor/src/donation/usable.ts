import { ProblemError } from "../problem.ts";
import type { DeviceReport } from "./donation.ts";

/** The device as it is, when it can run something. Throws the ProblemError of one that can't. */
export function usable(device: DeviceReport): DeviceReport {
  if (device.backend === "webgpu" && device.why !== null) throw new ProblemError(device.why);
  return device;
}
