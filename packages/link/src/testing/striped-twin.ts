import { type MemoryTransport, memoryTransportPair, type MemoryTransportOptions } from "../memory/memory-transport.ts";
import { StripedTransport } from "../stripes/striped-transport.ts";

export interface StripedTwin {
  readonly ends: readonly [StripedTransport, StripedTransport];
  /** The twins of all associations that were opened, the first one's first; each both ends. */
  readonly associations: readonly (readonly [MemoryTransport, MemoryTransport])[];
}

/** Both ends of a striped transport over twins of data channels, each with losses of its own. */
export function stripedTwin(options: MemoryTransportOptions): StripedTwin {
  const { clock, seed = 1 } = options;
  const first = memoryTransportPair(options);
  const associations: (readonly [MemoryTransport, MemoryTransport])[] = [first];
  const end = (me: 0 | 1): StripedTransport =>
    new StripedTransport(first[me], {
      clock,
      initiator: me === 0,
      // A signal each way, as with an offer and its answer.
      open: ({ index, initiator, sendSignal, onSignal }) =>
        new Promise((resolve) => {
          if (initiator) associations[index] = memoryTransportPair({ ...options, seed: seed + index });
          const pair = associations[index];
          if (pair === undefined) throw new Error("an answer without an offer");
          onSignal(() => {
            if (!initiator) sendSignal("answer");
            resolve(pair[me]);
          });
          if (initiator) sendSignal("offer");
        }),
    });
  return { ends: [end(0), end(1)], associations };
}
