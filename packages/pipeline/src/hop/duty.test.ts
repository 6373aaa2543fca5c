import type { RunJob, RunResult, ShardRunner } from "@potluck/engine";
import { ManualClock } from "@potluck/link";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDuty, withDuty } from "./duty.ts";

const job: RunJob = {
  session: "s",
  position: 0,
  input: { kind: "tokens", ids: Int32Array.of(1) },
  wire: "f32",
  draw: null,
};
const times = { waitUs: 0, computeUs: 0, readBackUs: 0, encodeUs: 0 };

/** A runner whose runs take as long as a test says; `busy` are the times at which one or more ran. */
function slowRunner(clock: ManualClock, runMs: () => number) {
  const busy: { from: number; to: number }[] = [];
  let inside = 0;
  let most = 0;
  const run = async (): Promise<RunResult> => {
    inside += 1;
    most = Math.max(most, inside);
    if (inside === 1) busy.push({ from: clock.now(), to: Number.POSITIVE_INFINITY });
    await new Promise<void>((resolve) => clock.after(runMs(), resolve));
    inside -= 1;
    const last = busy.at(-1);
    if (inside === 0 && last !== undefined) last.to = clock.now();
    return { kind: "filled", times };
  };
  const runner = { run, range: { from: 0, to: 1 } } as unknown as ShardRunner;
  const busyIn = (from: number, to: number): number =>
    busy.reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)), 0);
  return { runner, busyIn, most: () => most };
}

describe("duty", () => {
  test("DN38 a shard computes no more than its share of any ten seconds, and every run is done", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        async (share, lengths, chats) => {
          const clock = new ManualClock();
          let at = 0;
          const { runner, busyIn } = slowRunner(clock, () => lengths[at++ % lengths.length] ?? 1);
          const limited = withDuty(runner, createDuty(clock, share));
          let begun = 0;
          let done = 0;
          const chat = async (): Promise<void> => {
            while (clock.now() < 30_000) {
              begun += 1;
              await limited.run(job);
              done += 1;
            }
          };
          const all = Promise.all(Array.from({ length: chats }, chat));
          await clock.until(all);
          expect(done).toBe(begun);
          // A stretch may begin and end within a round.
          const roundMs = Math.max(...lengths) * 2;
          for (let from = 0; from <= 20_000; from += 700) {
            expect(busyIn(from, from + 10_000)).toBeLessThanOrEqual(10_000 * share + roundMs);
          }
          // And it is not idler than that, but for the steps of the clock.
          expect(busyIn(0, 30_000)).toBeGreaterThan(30_000 * share * 0.9 - roundMs);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("DN38 runs of several chats go side by side, before a rest as well as after it", async () => {
    const clock = new ManualClock();
    const { runner, most } = slowRunner(clock, () => 10);
    const limited = withDuty(runner, createDuty(clock, 0.5));
    await clock.until(Promise.all([limited.run(job), limited.run(job)]));
    expect(most()).toBe(2);
    const again = Promise.all([limited.run(job), limited.run(job), limited.run(job)]);
    await clock.until(again);
    expect(most()).toBe(3);
  });

  test("DN38 without a limit nothing waits, not even for a turn", () => {
    const clock = new ManualClock();
    let begun = 0;
    const runner = { run: () => ((begun += 1), new Promise(() => undefined)) } as unknown as ShardRunner;
    const limited = withDuty(runner, createDuty(clock));
    void limited.run(job);
    void limited.run(job);
    expect(begun).toBe(2);
  });

  test("DN38 a share that changes counts at once, also for the rest that is under way", async () => {
    const clock = new ManualClock();
    const { runner } = slowRunner(clock, () => 100);
    const duty = createDuty(clock, 0.1);
    const limited = withDuty(runner, duty);
    await clock.until(limited.run(job));
    const waits = limited.run(job);
    await clock.advance(50);
    duty.share = 0.5;
    expect(clock.pending).toBe(1);
    await clock.until(waits);
    expect(clock.now()).toBe(300);
    const last = limited.run(job);
    duty.share = 1;
    await clock.until(last);
    expect(clock.now()).toBe(400);
  });

  test("DN38 a run that fails is rested for too, and holds up nobody", async () => {
    const clock = new ManualClock();
    const runner = { run: async () => Promise.reject(new Error("lost")) } as unknown as ShardRunner;
    const limited = withDuty(runner, createDuty(clock, 0.5));
    await expect(limited.run(job)).rejects.toThrow("lost");
    await expect(clock.until(limited.run(job))).rejects.toThrow("lost");
    expect(clock.pending).toBe(0);
  });
});
