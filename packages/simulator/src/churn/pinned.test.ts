import { expect, test } from "vitest";
import { runChurn, SeedFailed } from "./run-churn.ts";
import type { ScenarioSize } from "./scenario.ts";

/** Seeds in which something went wrong once, and what. They stay, whatever the draws mean by now. */
const pinned: readonly (readonly [size: ScenarioSize, seed: number, what: string])[] = [
  [
    "short",
    161,
    "the coordinator told a hop of the asker's new epoch first, and the hop then dropped the asker's own word",
  ],
  [
    "short",
    5176,
    "a path between two hops was cut in one direction: each epoch over the same hops ended before either could tell",
  ],
  ["long", 28, "a frozen tab thawed and was told of epochs that were past: it kept a session that nobody owned"],
];

test.each(pinned)("SI11 the pinned %s seed %i (%s) holds", async (size, seed) => {
  const { outcomes } = await runChurn(seed, size);
  expect(outcomes.some(({ kind }) => kind === "answered")).toBe(true);
});

test("SI2 a seed is the same run each time, and another seed is another run", async () => {
  const run = async (seed: number) => {
    const { outcomes, faults, events, virtualMs } = await runChurn(seed, "short");
    return JSON.stringify({
      outcomes: outcomes.map(({ kind, tokens, tookMs }) => ({ kind, tokens, tookMs })),
      faults,
      events,
      virtualMs,
    });
  };
  const first = await run(3);
  expect(await run(3)).toBe(first);
  expect(await run(4)).not.toBe(first);
});

test("SI8 an answer that can't go on is told as one that hangs, with its seed", async () => {
  // Nobody ever comes who could take the layers.
  const forlorn = { hops: 2, holders: 0, faultGapMs: Number.POSITIVE_INFINITY, loadMs: [1e9, 1e9] } as const;
  await expect(runChurn(1, "short", forlorn)).rejects.toThrow(/^seed 1: .*an answer hangs/s);
  await expect(runChurn(1, "short", forlorn)).rejects.toBeInstanceOf(SeedFailed);
});
