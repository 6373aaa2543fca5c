import { type IceServer, parsePeerSignal, type PeerSignal } from "@potluck/protocol";
import { type Clock, systemClock } from "../clock.ts";
import type { Transport } from "../link.ts";
import { ChannelTransport } from "./channel-transport.ts";
import { PeerError } from "./peer-error.ts";
import { StripedTransport } from "../stripes/striped-transport.ts";
import { newPeer, type Peer } from "./simple-peer.ts";

/** A signal that was ignored: not one at all, or one that has no place in this connection (a second offer). */
export type SignalFault = "signal-malformed" | "signal-unexpected";

export interface SignalFilter {
  readonly outgoing: (data: string) => string | null;
  readonly incoming: (data: string) => string | null;
}

export interface ConnectPeerOptions {
  /** Exactly one of the two sides. */
  readonly initiator: boolean;
  readonly iceServers: readonly IceServer[];
  /** Gives up, or closes the connection later. */
  readonly signal: AbortSignal;
  /** Takes what the far side's `onSignal` must get, in order, over whatever way there is. */
  readonly sendSignal: (data: string) => void;
  /** Called once with the receiver of the far side's signals; may return how to unsubscribe. */
  readonly onSignal: (receive: (data: string) => void) => (() => void) | void;
  readonly onFault?: (fault: SignalFault) => void;
  /**
   * What of a signal may pass; null for nothing. For all signals of the connection, also those by which it is widened later,
   * which go over the first channel and not through `sendSignal`.
   */
  readonly filter?: SignalFilter;
  /** A WebRTC implementation where the platform has none, such as `@roamhq/wrtc` in Node. */
  readonly wrtc?: object;
  /** Trickled ICE needs a second or two even through TURN; past this it will not come. */
  readonly connectTimeoutMs?: number;
  readonly clock?: Clock;
}

/**
 * Connects two tabs with an ordered, reliable transport: one data channel, or several over associations of their own once
 * it is widened. Rejects with {@link PeerError}; the peer is destroyed when
 * this fails, is aborted, or the transport is closed.
 */
export async function connectPeer(options: ConnectPeerOptions): Promise<StripedTransport> {
  const { initiator, clock = systemClock } = options;
  const first = await connectChannel(options);
  return new StripedTransport(first, {
    clock,
    initiator,
    open: ({ sendSignal, onSignal }) => connectChannel({ ...options, sendSignal, onSignal }),
  });
}

async function connectChannel(options: ConnectPeerOptions): Promise<Transport> {
  const { signal, clock = systemClock, connectTimeoutMs = 15_000 } = options;
  if (signal.aborted) throw new PeerError("aborted", "the connection was called off");
  const peer = startPeer(options);
  const unsubscribe = options.onSignal(signalReceiver(peer, options)) ?? (() => {});
  let onAbort = (): void => {};
  let cancelTimeout = (): void => {};
  try {
    const transport = await new Promise<Transport>((resolve, reject) => {
      peer.on("error", (error) => reject(new PeerError("failed", "the two tabs could not be connected", error)));
      peer.on("close", () => reject(new PeerError("failed", "the far tab ended the connection before it stood")));
      peer.on("connect", () => resolve(new ChannelTransport(peer, clock)));
      onAbort = () => reject(new PeerError("aborted", "the connection was called off"));
      signal.addEventListener("abort", onAbort, { once: true });
      const timeout = new PeerError("timeout", `the two tabs found no way to each other in ${connectTimeoutMs} ms`);
      cancelTimeout = clock.after(connectTimeoutMs, () => reject(timeout));
    });
    void closeWith(transport, signal, unsubscribe);
    return transport;
  } catch (error) {
    unsubscribe();
    peer.destroy();
    throw error;
  } finally {
    cancelTimeout();
    signal.removeEventListener("abort", onAbort);
  }
}

function startPeer(options: ConnectPeerOptions): Peer {
  const iceServers = options.iceServers.map(({ urls, username, credential }) => ({
    urls: [...urls],
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
  let peer: Peer;
  try {
    const wrtc = options.wrtc === undefined ? {} : { wrtc: options.wrtc };
    peer = newPeer({ initiator: options.initiator, config: { iceServers }, ...wrtc });
  } catch (error) {
    throw new PeerError("no-webrtc", "this browser has no WebRTC, or it is switched off", error);
  }
  const { filter } = options;
  peer.on("signal", (data) => {
    const text = JSON.stringify(data);
    const passed = filter === undefined ? text : filter.outgoing(text);
    if (passed !== null) options.sendSignal(passed);
  });
  return peer;
}

/** Parses what the far side sends; whatever is wrong with it is counted and goes no further. */
function signalReceiver(peer: Peer, { initiator, onFault, filter }: ConnectPeerOptions): (data: string) => void {
  const awaited: PeerSignal["type"] = initiator ? "answer" : "offer";
  let described = false;
  return (received) => {
    const text = filter === undefined ? received : filter.incoming(received);
    if (text === null) return;
    const data = parsePeerSignal(text);
    if (data === null) return onFault?.("signal-malformed");
    if (data.type !== "candidate") {
      // There is one exchange: a channel needs no renegotiation, and a second description would end the connection.
      if (data.type !== awaited || described) return onFault?.("signal-unexpected");
      described = true;
    }
    try {
      peer.signal(data);
    } catch {
      onFault?.("signal-malformed");
    }
  };
}

async function closeWith(transport: Transport, signal: AbortSignal, unsubscribe: () => void): Promise<void> {
  const close = (): void => transport.close();
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  await transport.closed;
  signal.removeEventListener("abort", close);
  unsubscribe();
}
