import { expect, test } from "vitest";
import { TabClock } from "./tab-clock.ts";
import { VirtualClock } from "./virtual-clock.ts";

test("SI1 events happen in the order of their times, those of one instant in the order in which they were asked for", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  for (const [ms, name] of [
    [20, "c"],
    [10, "a"],
    [10, "b"],
    [30, "d"],
  ] as const) {
    clock.after(ms, () => seen.push(`${name} ${clock.now()}`));
  }
  const cancel = clock.after(15, () => seen.push("cancelled"));
  cancel();
  expect(await clock.run(25, () => false)).toBe(false);
  expect(seen).toEqual(["a 10", "b 10", "c 20"]);
  expect(clock.now()).toBe(25);
  expect(await clock.run(100, () => seen.length === 4)).toBe(true);
  expect(clock.now()).toBe(30);
});

test("SI1 many timers, most of them cancelled, keep their order", async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  for (let i = 0; i < 5000; i++) {
    const ms = (i * 7919) % 1000;
    const cancel = clock.after(ms, () => seen.push(ms));
    if (i % 4 !== 0) cancel();
  }
  await clock.run(1000, () => false);
  expect(seen).toHaveLength(1250);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test("SI1 the next event waits until a chain of promises of any length has settled", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.after(1, () => {
    void (async () => {
      for (let i = 0; i < 500; i++) await Promise.resolve();
      seen.push("settled");
    })();
  });
  clock.after(1, () => seen.push("next"));
  await clock.run(2, () => false);
  expect(seen).toEqual(["settled", "next"]);
});

test("SI1 a frozen tab does what fell due when it thaws, in order, before what comes then; a dead one never", async () => {
  const world = new VirtualClock();
  const tab = new TabClock(world);
  const seen: string[] = [];
  tab.after(10, () => seen.push(`timer ${world.now()}`));
  world.after(12, () => tab.whenRunning(() => seen.push(`message ${world.now()}`)));
  world.after(50, () => tab.whenRunning(() => seen.push(`late ${world.now()}`)));
  tab.freeze();
  await world.run(40, () => false);
  expect(seen).toEqual([]);
  world.after(10, () => tab.thaw());
  await world.run(60, () => false);
  expect(seen).toEqual(["timer 50", "message 50", "late 50"]);
  tab.after(1, () => seen.push("never"));
  tab.kill();
  tab.thaw();
  await world.run(100, () => false);
  expect(seen).toHaveLength(3);
});
