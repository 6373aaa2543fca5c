import type { RunJob } from "@potluck/engine";
import { expect, test } from "vitest";
import { TabClock } from "../clock/tab-clock.ts";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { createTimedOracle } from "./timed-oracle.ts";

function made() {
  const clock = new VirtualClock();
  const misuse: string[] = [];
  const oracle = createTimedOracle(
    { from: 0, to: 2 },
    {
      layerCount: 2,
      kvTokens: 100,
      clock: new TabClock(clock),
      pace: () => ({ stepMs: 10, furtherRowMs: 2 }),
      onRun: () => undefined,
      onMisuse: (what) => misuse.push(what),
    },
  );
  const job = (position: number, count: number): RunJob => ({
    session: "s",
    position,
    input: { kind: "tokens", ids: new Int32Array(count).fill(7) },
    wire: "f32",
    draw: null,
  });
  return { clock, misuse, oracle, job };
}

test("SI2 a run takes its time on the virtual clock, more for more rows, and says so", async () => {
  const { clock, oracle, job } = made();
  const ended: number[] = [];
  void oracle.openSession("s", 50);
  for (const [position, count] of [
    [0, 5],
    [5, 1],
  ] as const) {
    void oracle.run(job(position, count)).then(({ times }) => ended.push(clock.now(), times.computeUs));
  }
  await clock.run(1000, () => false);
  expect(ended).toEqual([18, 18_000, 28, 10_000]);
});

test("SI6 a row that is lost or doubled, and KV beyond what was granted, are noticed", async () => {
  const { clock, misuse, oracle, job } = made();
  void oracle.openSession("s", 50);
  for (const position of [0, 0, 2]) oracle.run(job(position, 1)).catch(() => undefined);
  oracle.openSession("other", 51).catch(() => undefined);
  await clock.run(1000, () => false);
  expect(misuse.map((what) => what.split(":").slice(0, 2).join(":"))).toEqual([
    "run: position",
    "run: position",
    "open: out-of-memory",
  ]);
});
