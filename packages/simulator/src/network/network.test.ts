import type { TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { TabClock } from "../clock/tab-clock.ts";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { createRandom } from "../random/random.ts";
import { Network } from "./network.ts";

const [a, b] = ["a", "b"] as TabId[] as [TabId, TabId];

function joined(options: { jitterMs?: number; loss?: number; seed?: number }) {
  const clock = new VirtualClock();
  const random = createRandom(options.seed ?? 1);
  const network = new Network({
    clock,
    random,
    oneWayMs: [20, 20],
    jitterMs: options.jitterMs ?? 0,
    loss: options.loss ?? 0,
  });
  const pages = [new TabClock(clock), new TabClock(clock)] as const;
  network.plug(a, pages[0]);
  network.plug(b, pages[1]);
  const ends = network.join(a, b);
  if (ends === null) throw new Error("both are plugged in");
  const seen: { n: number; at: number }[] = [];
  ends[1].onMessage((message) => seen.push({ n: message[0] ?? -1, at: clock.now() }));
  return { clock, network, pages, near: ends[0], far: ends[1], seen };
}

async function arrivals(options: Parameters<typeof joined>[0]): Promise<{ n: number; at: number }[]> {
  const { clock, near, seen } = joined(options);
  for (let n = 0; n < 200; n++) clock.after(n, () => near.send(Uint8Array.of(n)));
  await clock.run(5000, () => false);
  return seen;
}

test("SI2 delay, jitter and loss follow from the seed, and no message overtakes another", async () => {
  expect((await arrivals({})).slice(0, 2)).toEqual([
    { n: 0, at: 20 },
    { n: 1, at: 21 },
  ]);
  const rough = { jitterMs: 30, loss: 0.05 };
  const [first, again, other] = [await arrivals(rough), await arrivals(rough), await arrivals({ ...rough, seed: 2 })];
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
  expect(first.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(Math.max(...first.map(({ n, at }) => at - n))).toBeGreaterThan(250);
});

test("SI9 a path that is cut one way lets the other way through, and brings late what was sent meanwhile", async () => {
  const { clock, network, near, far, seen } = joined({});
  const back: number[] = [];
  near.onMessage(() => back.push(clock.now()));
  network.cut(a, b, 1000);
  near.send(Uint8Array.of(1));
  far.send(Uint8Array.of(2));
  await clock.run(900, () => false);
  expect([seen.length, back]).toEqual([0, [20]]);
  await clock.run(2000, () => false);
  expect(seen.map(({ n }) => n)).toEqual([1]);
  network.cut(a, b, Number.POSITIVE_INFINITY);
  near.send(Uint8Array.of(3));
  await clock.run(1e9, () => false);
  expect(seen).toHaveLength(1);
});

test("SI9 a dead page says nothing and hears nothing; one that ends in order closes its connections", async () => {
  const dead = joined({});
  let ended = "";
  void dead.far.closed.then((how) => (ended = how));
  dead.pages[0].kill();
  dead.pages[1].kill();
  dead.near.send(Uint8Array.of(1));
  await dead.clock.run(60_000, () => false);
  expect([dead.seen, ended]).toEqual([[], ""]);

  const closed = joined({});
  void closed.far.closed.then((how) => (ended = how));
  closed.near.send(Uint8Array.of(1));
  closed.network.closeAll(closed.pages[0]);
  await closed.clock.run(100, () => false);
  expect([closed.seen.length, ended]).toEqual([1, "closed"]);
});
