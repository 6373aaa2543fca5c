import type { DeviceReport } from "@potluck/donor";
import { useEffect, useState } from "react";
import { usePage } from "../app/page.ts";

/** What this device computes with; null until it is known. */
export function useDevice(): DeviceReport | null {
  const { tab } = usePage();
  const [device, setDevice] = useState<DeviceReport | null>(null);
  useEffect(() => {
    let here = true;
    tab.donation.device().then(
      (report) => here && setDevice(report),
      () => undefined, // Said by the connection's banner: without the swarm's code nothing is known of the device.
    );
    return () => {
      here = false;
    };
  }, [tab]);
  return device;
}
