import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guestSignals, withoutLocal } from "./local-candidates.ts";

const candidate = (line: string, more: object = {}): string =>
  JSON.stringify({ type: "candidate", candidate: { candidate: line, sdpMid: "0", sdpMLineIndex: 0, ...more } });
const passed = (line: string): string | null => {
  const signal = withoutLocal(candidate(line));
  return signal === null ? null : (JSON.parse(signal) as { candidate: { candidate: string } }).candidate.candidate;
};
const mdns = "3b1ff6b6-0e0c-4e04-9b2a-33a1c5a4a3f1.local";
const srflx = "candidate:2 1 udp 1677729535 203.0.113.9 40000 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag abcd";

describe("a candidate on its own", () => {
  test.each([
    // As Chromium, Firefox and Safari write them.
    `candidate:1 1 udp 2113937151 ${mdns} 51000 typ host generation 0 ufrag abcd network-cost 999`,
    "candidate:0 1 UDP 2122252543 192.168.1.23 51000 typ host",
    "candidate:1 1 tcp 1518280447 10.0.0.7 9 typ host tcptype active generation 0 ufrag abcd network-id 1",
    "candidate:3 1 udp 2122262783 fd00:1:2::3 51000 typ host generation 0",
    "candidate:3 1 udp 2122262783 fe80::1 51000 typ host",
    "candidate:3 1 udp 2122262783 ::1 51000 typ host",
    // A STUN server inside the network sees no other address either.
    "candidate:2 1 udp 1677729535 192.168.1.1 40000 typ srflx raddr 0.0.0.0 rport 0",
    "candidate:9 1 udp 41885695 10.0.0.2 3478 typ relay raddr 203.0.113.9 rport 40000",
    // A name is resolved to whatever address.
    "candidate:1 1 udp 2113937151 intranet.example.org 51000 typ host",
    "candidate:1 1 udp 2113937151 203.0.113.9 typ host",
    "candidate:1 1 udp 2113937151 203.0.113.9 51000 typ srflx raddr",
    "candidate:1 1 udp 2113937151  203.0.113.9 51000 typ host",
    "nonsense",
  ])("DN48 nothing of %s is told or taken", (line) => {
    expect(withoutLocal(candidate(line))).toBeNull();
  });

  test.each([
    srflx,
    "candidate:9 1 udp 41885695 198.51.100.4 3478 typ relay raddr 203.0.113.9 rport 40000 generation 0",
    "candidate:4 1 udp 2122262783 2001:db8::5 51000 typ host generation 0 ufrag abcd network-id 2",
    "",
  ])("DN48 %s passes as it is", (line) => {
    expect(passed(line)).toBe(line);
  });

  test.each([
    [`srflx raddr 192.168.1.23 rport 51000 generation 0`, `srflx raddr 0.0.0.0 rport 0 generation 0`],
    [`srflx raddr ${mdns} rport 51000`, `srflx raddr 0.0.0.0 rport 0`],
    [`srflx raddr fd00::23 rport 51000`, `srflx raddr :: rport 0`],
    [`srflx rport 51000 raddr 10.1.1.1`, `srflx rport 0 raddr 0.0.0.0`],
  ])("DN48 of what lies behind a public address (%s) nothing is told", (told, kept) => {
    const base = "candidate:2 1 udp 1677729535 203.0.113.9 40000 typ";
    expect(passed(`${base} ${told}`)).toBe(`${base} ${kept}`);
  });

  test("DN48 its place in the description stays, and fields that nobody knows do not", () => {
    const signal = withoutLocal(candidate(srflx, { sdpMid: "data", sdpMLineIndex: 3, address: "192.168.1.23" }));
    expect(JSON.parse(signal ?? "null")).toEqual({
      type: "candidate",
      candidate: { candidate: srflx, sdpMid: "data", sdpMLineIndex: 3 },
    });
  });
});

describe("a description", () => {
  const sdp = (...lines: readonly string[]): string => [...lines, ""].join("\r\n");
  const kept = (text: string, type: "offer" | "answer" = "offer"): string =>
    (JSON.parse(withoutLocal(JSON.stringify({ type, sdp: text })) ?? "null") as { sdp: string }).sdp;

  test("DN48 keeps all but the local network's candidates and addresses", () => {
    const before = sdp(
      "v=0",
      "o=- 4611731400430051336 2 IN IP4 192.168.1.23",
      "s=-",
      "t=0 0",
      "m=application 51000 UDP/DTLS/SCTP webrtc-datachannel",
      "c=IN IP4 192.168.1.23",
      `a=candidate:1 1 udp 2113937151 ${mdns} 51000 typ host generation 0`,
      "a=candidate:0 1 udp 2122252543 192.168.1.23 51000 typ host",
      "a=candidate:2 1 udp 1677729535 203.0.113.9 40000 typ srflx raddr 192.168.1.23 rport 51000",
      "a=remote-candidates:1 192.168.1.24 51001",
      "a=end-of-candidates",
      "a=ice-ufrag:abcd",
      "a=rtcp:51000 IN IP6 fd00::23",
      "a=sctp-port:5000",
    );
    expect(kept(before)).toBe(
      sdp(
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "m=application 51000 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=candidate:2 1 udp 1677729535 203.0.113.9 40000 typ srflx raddr 0.0.0.0 rport 0",
        "a=end-of-candidates",
        "a=ice-ufrag:abcd",
        "a=rtcp:51000 IN IP6 ::",
        "a=sctp-port:5000",
      ),
    );
  });

  test("DN48 with nothing of a local network in it stays as it is", () => {
    const text = sdp("v=0", "o=- 1 2 IN IP4 203.0.113.9", "c=IN IP6 2001:db8::5", `a=${srflx}`);
    expect([kept(text), kept(text, "answer")]).toEqual([text, text]);
  });

  test("DN48 whatever lines it has, however ended, no local address is left, and doing it again changes nothing", () => {
    const address = fc.constantFrom("10.1.2.3", "192.168.7.7", "fd00::7", "fe80::7", "127.0.0.1", mdns, "203.0.113.9");
    const line = fc.oneof(
      fc
        .tuple(address, address)
        .map(([at, behind]) => `a=candidate:1 1 udp 1 ${at} 9 typ srflx raddr ${behind} rport 9`),
      address.map((at) => `c=IN ${at.includes(":") ? "IP6" : "IP4"} ${at}`),
      address.map((at) => `o=- 1 2 IN IP4 ${at}`),
      address.map((at) => `a=rtcp:9 IN IP4 ${at}`),
      address.map((at) => `a=remote-candidates:1 ${at} 9`),
      fc.constantFrom("v=0", "a=ice-ufrag:x", "a=setup:actpass", ""),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.constantFrom("\r\n", "\n", "\r"), (lines, end) => {
        const text = `v=0${end}${lines.join(end)}`;
        const after = kept(text);
        expect(after).not.toMatch(/10\.1\.2\.3|192\.168|fd00|fe80|127\.0|\.local/);
        expect(kept(after)).toBe(after);
        const told = (what: string): number => what.match(/^a=candidate:1 1 udp 1 203\.0\.113\.9/gm)?.length ?? 0;
        expect(told(after.replaceAll("\r\n", "\n"))).toBe(told(text.replaceAll(end, "\n")));
      }),
    );
  });
});

describe("a guest", () => {
  const local = candidate("candidate:0 1 UDP 2122252543 192.168.1.23 51000 typ host");

  test("DN48 tells nothing of its network, and takes nothing of another's but from a coordinator inside it", () => {
    const outside = guestSignals("potluck.example");
    const inside = guestSignals("localhost");
    expect([outside.outgoing(local), inside.outgoing(local)]).toEqual([null, null]);
    expect([outside.incoming(local), inside.incoming(local)]).toEqual([null, local]);
  });

  test("DN48 what is no signal goes nowhere", () => {
    const { outgoing, incoming } = guestSignals("potluck.example");
    for (const text of ["", "null", "{}", '{"type":"renegotiate","renegotiate":true}', '{"type":"transceiverRequest"}'])
      expect([outgoing(text), incoming(text)]).toEqual([null, null]);
  });
});
