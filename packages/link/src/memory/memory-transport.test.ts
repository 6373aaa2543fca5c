import { ManualClock } from "../testing/manual-clock.ts";
import { linkAcceptance, type LinkTestBed } from "../testing/link.acceptance.ts";
import { memoryTransportPair, type MemoryTransportOptions } from "./memory-transport.ts";

function bed(options: Omit<MemoryTransportOptions, "clock">): () => LinkTestBed {
  return () => {
    const clock = new ManualClock();
    return {
      clock,
      transports: () => Promise.resolve(memoryTransportPair({ clock, ...options })),
      until: (promise) => clock.until(promise),
      tellsBuffered: true,
    };
  };
}

linkAcceptance("the twin without delay", bed({}));
linkAcceptance(
  "the twin at 20 ms and 5 Mbyte/s, losing 2 %",
  bed({ oneWayMs: 20, lossPercent: 2, bytesPerSecond: 5e6 }),
);
