import { connectPeer, type ConnectPeerOptions } from "../rtc/connect-peer.ts";
import { maxStripes } from "../stripes/stripe-message.ts";
import type { StripedTransport } from "../stripes/striped-transport.ts";

/** Two peers of one page or process, connected, each other's signals passed on as text. */
export async function connectedPair(
  options: Partial<Omit<ConnectPeerOptions, "initiator" | "sendSignal" | "onSignal">> = {},
): Promise<readonly [StripedTransport, StripedTransport]> {
  const receivers: ((data: string) => void)[] = [];
  const kept: string[][] = [[], []];
  const side = (me: 0 | 1): Promise<StripedTransport> =>
    connectPeer({
      initiator: me === 0,
      iceServers: [],
      signal: new AbortController().signal,
      sendSignal: (data) => {
        const receive = receivers[1 - me];
        if (receive === undefined) kept[1 - me]?.push(data);
        else queueMicrotask(() => receive(data));
      },
      onSignal: (receive) => {
        receivers[me] = receive;
        for (const data of kept[me] ?? []) receive(data);
      },
      ...options,
    });
  return Promise.all([side(0), side(1)]);
}

/** As `connectedPair`, with more associations on their way. */
export async function widenedPair(
  options: Parameters<typeof connectedPair>[0] = {},
): Promise<readonly [StripedTransport, StripedTransport]> {
  const pair = await connectedPair(options);
  pair[1].widen(maxStripes);
  return pair;
}
