import type { MemoryTransportOptions } from "../memory/memory-transport.ts";
import { linkAcceptance, type LinkTestBed } from "../testing/link.acceptance.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { stripedTwin } from "../testing/striped-twin.ts";

function bed(options: Omit<MemoryTransportOptions, "clock">): () => LinkTestBed {
  return () => {
    const clock = new ManualClock();
    return {
      clock,
      transports() {
        const { ends } = stripedTwin({ clock, ...options });
        // They come about while the link is already in use.
        ends[1].widen(5);
        return Promise.resolve(ends);
      },
      until: (promise) => clock.until(promise),
      tellsBuffered: true,
    };
  };
}

linkAcceptance("five twins without delay", bed({}));
linkAcceptance(
  "five twins at 20 ms and 1 Mbyte/s each, losing 2 %",
  bed({ oneWayMs: 20, lossPercent: 2, bytesPerSecond: 1e6 }),
);
