import wrtc from "@roamhq/wrtc";
import { systemClock } from "../clock.ts";
import { linkAcceptance } from "../testing/link.acceptance.ts";
import { connectedPair } from "../testing/signal-pair.ts";

linkAcceptance("simple-peer and wrtc", () => ({
  clock: systemClock,
  transports: () => connectedPair({ wrtc }),
  until: (promise) => promise,
  tellsBuffered: false,
}));
