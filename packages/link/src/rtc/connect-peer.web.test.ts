import { systemClock } from "../clock.ts";
import { linkAcceptance } from "../testing/link.acceptance.ts";
import { connectedPair } from "../testing/signal-pair.ts";

linkAcceptance("simple-peer in a page", () => ({
  clock: systemClock,
  transports: () => connectedPair(),
  until: (promise) => promise,
  tellsBuffered: true,
}));
