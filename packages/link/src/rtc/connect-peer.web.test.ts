import { systemClock } from "../clock.ts";
import { linkAcceptance } from "../testing/link.acceptance.ts";
import { connectedPair, widenedPair } from "../testing/signal-pair.ts";

linkAcceptance("simple-peer in a page", () => ({
  clock: systemClock,
  transports: () => connectedPair(),
  until: (promise) => promise,
  tellsBuffered: true,
}));

linkAcceptance("five associations in a page", () => ({
  clock: systemClock,
  transports: () => widenedPair(),
  until: (promise) => promise,
  tellsBuffered: true,
}));
