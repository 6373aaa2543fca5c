import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLocalAddress, isLocalHost } from "./local-address.ts";

describe("an address", () => {
  test.each([
    ["private", ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1"]],
    ["shared by a carrier's customers", ["100.64.0.1", "100.127.255.254", "192.0.0.2"]],
    ["of a link", ["169.254.1.2", "fe80::1", "febf::1"]],
    ["of this device, or none", ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::"]],
    ["unique local, or of a site", ["fc00::1", "fd12:3456:789a::1", "fec0::1"]],
    [
      "of a group, a laboratory, or nobody's",
      ["224.0.0.251", "255.255.255.255", "240.0.0.1", "ff02::fb", "198.19.0.1"],
    ],
    ["IPv4 as IPv6", ["::ffff:192.168.1.2", "::ffff:c0a8:102", "64:ff9b::10.0.0.1", "2002:c0a8:0102::1", "::10.1.2.3"]],
    ["a name", ["1f4712db-ea17-4bcf-a596-105139dfd8bf.local", "printer.lan", "example.org", "localhost"]],
    [
      "not to be read",
      ["", "1.2.3", "010.1.2.3", "1.2.3.256", "0x7f000001", "3232235777", "fe80::1%eth0", "1.2.3.4 ", "]"],
    ],
    ["not to be read as IPv6", ["1::2::3", "2001:db8", "2001:db8::12345", "::g", "[::1]", "2001:db8::1.2.3"]],
  ])("DN48 that is %s is local", (_what, addresses) => {
    expect(addresses.filter((address) => !isLocalAddress(address))).toEqual([]);
  });

  test.each([
    [
      "9.255.255.255",
      "11.0.0.0",
      "172.15.0.1",
      "172.32.0.1",
      "192.167.1.1",
      "192.169.1.1",
      "100.63.0.1",
      "100.128.0.1",
    ],
    ["126.1.1.1", "128.0.0.1", "169.253.1.1", "1.1.1.1", "223.255.255.254", "192.0.1.1", "198.17.0.1", "198.20.0.1"],
    [
      "2001:db8::1",
      "2A02:168::1",
      "3fff:1::",
      "::ffff:8.8.8.8",
      "64:ff9b::8.8.8.8",
      "2002:808:808::1",
      "2600:1:2:3:4:5:6:7",
    ],
  ])("DN48 beside those is not: %s …", (...addresses) => {
    expect(addresses.filter(isLocalAddress)).toEqual([]);
  });

  test("DN48 IPv4 is judged alike in all its clothes", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = `${a}.${b}.${c}.${d}`;
        const hex = (high: number, low: number): string => ((high << 8) | low).toString(16);
        const groups = `${hex(a, b)}:${hex(c, d)}`;
        const all = [
          `::ffff:${plain}`,
          `::FFFF:${groups}`,
          `0:0:0:0:0:ffff:${groups}`,
          `64:ff9b::${plain}`,
          `2002:${groups}::1`,
        ];
        expect(all.map(isLocalAddress)).toEqual(all.map(() => isLocalAddress(plain)));
      }),
    );
  });
});

test.each([
  [
    true,
    [
      "localhost",
      "LOCALHOST",
      "app.localhost",
      "nas.local",
      "nas.local.",
      "127.0.0.1",
      "[::1]",
      "192.168.1.9",
      "[fd00::1]",
    ],
  ],
  [
    false,
    ["example.org", "local.example.org", "notlocal", "mylocalhost", "8.8.8.8", "[2001:db8::1]", "10.example.org", ""],
  ],
])("DN48 a coordinator inside the local network (%s)", (isInside, hosts) => {
  expect(hosts.filter((host) => isLocalHost(host) !== isInside)).toEqual([]);
});
