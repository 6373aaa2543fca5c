/** Tells the coordinator how far the tabs are that this one has links to, so that routes are laid among near ones (SW26). */
import type { Clock } from "@potluck/link";
import { type MeasuredLink, maxMeasuredLinks } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";

export interface RoundTripsOptions {
  readonly coordinator: Coordinator;
  readonly clock: Clock;
  /** Of all open links that have measured theirs. */
  readonly measured: () => readonly MeasuredLink[];
}

export interface RoundTrips {
  /** Begins to tell, if it does not yet. */
  start(): void;
  stop(): void;
}

/** A link's first pongs are there, and what a chat's links found serves the next one. */
const everyMs = 3_000;

export function createRoundTrips({ coordinator, clock, measured }: RoundTripsOptions): RoundTrips {
  let cancel: (() => void) | null = null;
  /** Where to go on in the list, when it is longer than one telling. */
  let from = 0;
  let hasTold = false;

  const tell = (): void => {
    cancel = clock.after(everyMs, tell);
    const all = measured();
    // That there are none any more is said once.
    if ((all.length === 0 && !hasTold) || coordinator.connection.getState().kind !== "online") return;
    if (from >= all.length) from = 0;
    const links = [...all.slice(from), ...all.slice(0, from)].slice(0, maxMeasuredLinks);
    from += links.length;
    hasTold = links.length > 0;
    coordinator.call("measured", { links }).catch(() => undefined);
  };

  return {
    start() {
      cancel ??= clock.after(everyMs, tell);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
