import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { type NetworkPath, UdpProxy, type UdpAddress } from "./udp-proxy.ts";

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket;
}

const addressOf = (socket: Socket): UdpAddress => ({ ip: "127.0.0.1", port: socket.address().port });

function openProxy(path: NetworkPath): UdpProxy {
  const proxy = new UdpProxy(path);
  onTestFinished(() => proxy.close());
  return proxy;
}

test("TO8 a packet comes from the address that stands for its sender, in order, and is counted", async () => {
  const proxy = openProxy({ oneWayMs: 3, jitterMs: 5 });
  const [a, b] = [await openSocket(), await openSocket()];
  const [forA, forB] = [await proxy.standFor(addressOf(a)), await proxy.standFor(addressOf(b))];
  expect(await proxy.standFor(addressOf(a))).toEqual(forA);
  const got: { n: number | undefined; port: number }[] = [];
  const all = new Promise<void>((resolve) =>
    b.on("message", (packet, { port }) => got.push({ n: packet[0], port }) === 20 && resolve()),
  );
  for (let n = 0; n < 20; n++) a.send(Uint8Array.of(n), forB.port, forB.ip);
  await all;
  expect(got).toEqual(Array.from({ length: 20 }, (_, n) => ({ n, port: forA.port })));
  expect(proxy.stats).toEqual({ forwarded: 20, forwardedBytes: 20, lost: 0, unknown: 0 });
});

test("TO8 a packet of somebody who has no stand-in goes nowhere", async () => {
  const proxy = openProxy({ oneWayMs: 0 });
  const [a, b, stranger] = [await openSocket(), await openSocket(), await openSocket()];
  const [, forB] = [await proxy.standFor(addressOf(a)), await proxy.standFor(addressOf(b))];
  const got = once(b, "message");
  stranger.send("stranger", forB.port, forB.ip);
  a.send("known", forB.port, forB.ip);
  expect(String((await got)[0])).toBe("known");
  expect(proxy.stats).toMatchObject({ forwarded: 1, unknown: 1 });
});

test("TO8 which packets are lost follows from the seed", async () => {
  const arrivals = async (seed: number): Promise<number[]> => {
    const proxy = openProxy({ oneWayMs: 0, loss: 0.3, seed });
    const [a, b] = [await openSocket(), await openSocket()];
    const [, forB] = [await proxy.standFor(addressOf(a)), await proxy.standFor(addressOf(b))];
    const got: number[] = [];
    b.on("message", (packet) => got.push(packet[0] ?? -1));
    for (let n = 0; n < 100; n++) a.send(Uint8Array.of(n), forB.port, forB.ip);
    await expect.poll(() => proxy.stats.lost + got.length).toBe(100);
    return got;
  };
  const [first, again, other] = [await arrivals(4), await arrivals(4), await arrivals(5)];
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
  expect(first.length).toBeLessThan(90);
});
