import { defaultBudgetMb } from "../preferences/preferences.ts";

/** An eighth of what the browser tells of the device's memory (in GB, rounded, if at all), in MB. */
export function suggestBudgetMb(deviceMemory: unknown): number {
  return typeof deviceMemory === "number"
    ? Math.min(2048, Math.max(64, Math.round(deviceMemory * 128)))
    : defaultBudgetMb;
}
