import { expect, test } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { memoryTransportPair, type MemoryTransportOptions } from "./memory-transport.ts";

/** When each of 200 messages arrives, and in which order. */
async function arrivals(path: Omit<MemoryTransportOptions, "clock">): Promise<{ at: number; n: number }[]> {
  const clock = new ManualClock();
  const [near, far] = memoryTransportPair({ clock, ...path });
  const seen: { at: number; n: number }[] = [];
  far.onMessage((message) => seen.push({ at: clock.now(), n: message[0] ?? -1 }));
  for (let n = 0; n < 200; n++) {
    near.send(Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    await clock.advance(1);
  }
  await clock.advance(5_000);
  expect(clock.pending).toBe(0);
  return seen;
}

test("LK11 delay and bandwidth are those that were asked for", async () => {
  expect((await arrivals({ oneWayMs: 20 })).slice(0, 2).map(({ at }) => at)).toEqual([20, 21]);
  const slow = await arrivals({ bytesPerSecond: 1_000 });
  expect(slow.slice(0, 3).map(({ at }) => at)).toEqual([10, 20, 30]);
});

test("LK11 losses delay what is behind them, keep the order, and follow from the seed", async () => {
  const lossy = { oneWayMs: 20, lossPercent: 5 };
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => arrivals({ ...lossy, seed })));
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
  expect(first?.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(Math.max(...(first ?? []).map(({ at, n }) => at - n))).toBeGreaterThanOrEqual(280);
});

test("LK11 nothing is delivered from inside send, and a message is copied", async () => {
  const clock = new ManualClock();
  const [near, far] = memoryTransportPair({ clock });
  const seen: number[] = [];
  far.onMessage((message) => seen.push(message[0] ?? -1));
  const message = Uint8Array.of(5);
  near.send(message);
  message.fill(9);
  expect(seen).toEqual([]);
  await clock.advance(0);
  expect(seen).toEqual([5]);
});
