/** What a browser tells of the device without being asked for leave. */
export interface DeviceHints {
  readonly userAgentData?: { readonly mobile?: boolean };
  /** Gigabytes, rounded, never above 8. */
  readonly deviceMemory?: number;
  readonly connection?: {
    readonly saveData?: boolean;
    readonly effectiveType?: string;
    /** Mbit/s. */
    readonly downlink?: number;
  };
}

export interface Screen {
  readonly coarsePointer: boolean;
  /** Of the shorter side, CSS pixels. */
  readonly shortSide: number;
}

/** Why a device is asked nothing unless its person wants to be (EB13). */
export type Unsuited = "phone" | "memory" | "saved-data" | "slow-network";

/** Null for a device that may be asked. What a browser does not tell is no reason. */
export function whyUnsuited({ userAgentData, deviceMemory, connection }: DeviceHints, screen: Screen): Unsuited | null {
  if (userAgentData?.mobile ?? (screen.coarsePointer && screen.shortSide < 600)) return "phone";
  if (deviceMemory !== undefined && deviceMemory < 4) return "memory";
  if (connection?.saveData === true) return "saved-data";
  // A Chromium that has measured nothing tells about 1.5 (DN47).
  const { effectiveType = "4g", downlink = Infinity } = connection ?? {};
  return effectiveType !== "4g" || downlink < 1 ? "slow-network" : null;
}
