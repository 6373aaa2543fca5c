import wrtc from "@roamhq/wrtc";
import { describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Transport } from "../link.ts";
import { linkAcceptance } from "../testing/link.acceptance.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { connectedPair, widenedPair } from "../testing/signal-pair.ts";
import { connectPeer, type ConnectPeerOptions } from "./connect-peer.ts";

linkAcceptance("simple-peer and wrtc", () => ({
  clock: systemClock,
  transports: () => connectedPair({ wrtc }),
  until: (promise) => promise,
  tellsBuffered: false,
}));

linkAcceptance("five associations and wrtc", () => ({
  clock: systemClock,
  transports: () => widenedPair({ wrtc }),
  until: (promise) => promise,
  tellsBuffered: false,
}));

interface Lonely {
  readonly connecting: Promise<Transport>;
  readonly receive: (data: string) => void;
  readonly faults: string[];
  readonly sent: string[];
  readonly unsubscribed: () => number;
  readonly abort: AbortController;
}

/** One side whose far side is the test. */
function lonely(options: Partial<ConnectPeerOptions> = {}): Lonely {
  const faults: string[] = [];
  const sent: string[] = [];
  const abort = new AbortController();
  let unsubscribed = 0;
  let receive: (data: string) => void = () => {};
  const connecting = connectPeer({
    initiator: false,
    iceServers: [{ urls: ["stun:127.0.0.1:9"] }],
    signal: abort.signal,
    sendSignal: (data) => sent.push(data),
    onSignal: (hear) => {
      receive = hear;
      return () => void (unsubscribed += 1);
    },
    onFault: (fault) => faults.push(fault),
    wrtc,
    ...options,
  });
  return { connecting, receive: (data) => receive(data), faults, sent, unsubscribed: () => unsubscribed, abort };
}

describe("connecting", () => {
  test("LK13 malformed and misplaced signals are counted and change nothing", async () => {
    const side = lonely();
    const malformed = ["", "null", "{}", "[]", '"x"', '{"type":"renegotiate","renegotiate":true}', '{"type":"offer"}'];
    for (const data of malformed) side.receive(data);
    side.receive('{"type":"answer","sdp":"v=0"}');
    expect(side.faults).toEqual([...malformed.map(() => "signal-malformed"), "signal-unexpected"]);
    side.abort.abort();
    await expect(side.connecting).rejects.toMatchObject({ reason: "aborted" });
    expect(side.unsubscribed()).toBe(1);
  });

  test("LK13 an offer that is no SDP fails the connection with a reason, and a second one is misplaced", async () => {
    const side = lonely();
    side.receive('{"type":"offer","sdp":"nonsense"}');
    side.receive('{"type":"offer","sdp":"nonsense"}');
    await expect(side.connecting).rejects.toMatchObject({ name: "PeerError", reason: "failed" });
    expect(side.faults).toEqual(["signal-unexpected"]);
    expect(side.unsubscribed()).toBe(1);
  });

  test("LK13 nobody on the other side is a timeout", async () => {
    const clock = new ManualClock();
    const side = lonely({ initiator: true, clock });
    const refused = expect(side.connecting).rejects.toMatchObject({ reason: "timeout" });
    await clock.advance(15_000);
    await refused;
    expect(clock.pending).toBe(0);
    expect(side.unsubscribed()).toBe(1);
  });

  test("LK13 an aborted signal never starts a peer", async () => {
    const abort = new AbortController();
    abort.abort();
    const side = lonely({ signal: abort.signal });
    await expect(side.connecting).rejects.toMatchObject({ reason: "aborted" });
    expect(side.sent).toEqual([]);
  });

  test("LK13 where there is no WebRTC the error says so", async () => {
    const { RTCPeerConnection: _, ...broken } = wrtc;
    await expect(lonely({ wrtc: broken }).connecting).rejects.toMatchObject({ name: "PeerError" });
  });

  test("LK13 aborting after connecting closes both ends", async () => {
    const abort = new AbortController();
    const [near, far] = await connectedPair({ wrtc, signal: abort.signal });
    abort.abort();
    expect(await Promise.all([near.closed, far.closed])).toEqual(["closed", "closed"]);
  });

  test("LK9 what was sent right before closing arrives", async () => {
    const [near, far] = await connectedPair({ wrtc });
    let bytes = 0;
    far.onMessage((message) => (bytes += message.byteLength));
    for (let i = 0; i < 50; i++) near.send(new Uint8Array(4600));
    near.close();
    expect(await far.closed).toBe("closed");
    expect(bytes).toBe(50 * 4600);
    near.send(new Uint8Array(1));
  });
});

describe("a filter of signals", () => {
  test("DN48 sees all of them, also those of associations that come later and don't go through the relay", async () => {
    const seen = { outgoing: 0, incoming: 0 };
    let both = (): void => {};
    const widened = new Promise<void>((resolve) => (both = resolve));
    const count = (way: keyof typeof seen) => (data: string) => {
      if (data.includes('"type":"offer"')) seen[way] += 1;
      if (seen.outgoing > 1 && seen.incoming > 1) both();
      return data;
    };
    const filter = { outgoing: count("outgoing"), incoming: count("incoming") };
    const [near, far] = await connectedPair({ wrtc, filter });
    expect(seen).toEqual({ outgoing: 1, incoming: 1 });
    for (const side of [near, far]) side.onMessage(() => {});
    near.widen(2);
    await widened;
    near.close("now");
    await far.closed;
  });

  test("DN48 what it holds back is not sent, and what it keeps out is no fault", async () => {
    const side = lonely({ initiator: true, filter: { outgoing: () => null, incoming: () => null } });
    const heard = new Promise<void>((resolve) => {
      const filter = { outgoing: () => (resolve(), null), incoming: () => null };
      lonely({ initiator: true, filter }).receive("not a signal");
    });
    side.receive("not a signal");
    await heard;
    side.abort.abort();
    await expect(side.connecting).rejects.toMatchObject({ reason: "aborted" });
    expect([side.sent, side.faults]).toEqual([[], []]);
  });

  test("DN48 a tab that tells no candidate is found by what the other sees of it", async () => {
    const receive: ((data: string) => void)[] = [];
    const side = (me: 0 | 1, filter?: ConnectPeerOptions["filter"]): Promise<Transport> =>
      connectPeer({
        initiator: me === 0,
        iceServers: [],
        signal: new AbortController().signal,
        sendSignal: (data) => queueMicrotask(() => receive[1 - me]?.(data)),
        onSignal: (hear) => void (receive[me] = hear),
        wrtc,
        ...(filter === undefined ? {} : { filter }),
      });
    const silent = (data: string): string | null =>
      data.includes('"type":"candidate"') ? null : data.replaceAll(/a=candidate:.*?\\r\\n/g, "");
    const [near, far] = await Promise.all([side(0, { outgoing: silent, incoming: (data) => data }), side(1)]);
    const heard = new Promise<Uint8Array>((resolve) => far.onMessage(resolve));
    near.send(Uint8Array.of(7));
    expect([...(await heard)]).toEqual([7]);
    near.close("now");
    await far.closed;
  });
});
