import type { SensorReport, SensorReports } from "@potluck/donor";
import { useEffect, useState } from "react";
import { usePage } from "../../app/page.ts";

/** Which rules this browser can follow, null until it is known; and how to ask the person for what needs asking. */
export function useSensors(): readonly [SensorReports | null, () => Promise<SensorReport>] {
  const { tab } = usePage();
  const [sensors, setSensors] = useState<SensorReports | null>(null);
  useEffect(() => {
    let here = true;
    tab.donation.sensors().then(
      (reports) => here && setSensors(reports),
      () => undefined, // Said by the connection's banner: without the swarm's code nothing is known of the browser.
    );
    return () => {
      here = false;
    };
  }, [tab]);
  return [
    sensors,
    async () => {
      const onlyIdle = await tab.donation.allowIdle();
      setSensors((before) => (before === null ? null : { ...before, onlyIdle }));
      return onlyIdle;
    },
  ];
}
