import { describe, expect, test } from "vitest";
import { type ChurnResult, runChurn } from "./run-churn.ts";
import { usualFaults } from "./scenario.ts";

const blockSeeds = 50;

/**
 * Short worlds of the seeds from `from` on. In two files, so that two workers share them; in blocks, so that each stays
 * within a test's time on a machine that does other things.
 */
export function churnSuite(from: number, seeds: number): void {
  const results: ChurnResult[] = [];
  describe(`seeds ${from} to ${from + seeds - 1}`, () => {
    const blocks = Array.from({ length: Math.ceil(seeds / blockSeeds) }, (_, i) => from + i * blockSeeds);
    test.each(blocks)("SI3 SI4 SI5 SI6 SI7 SI8 what must hold does, from seed %i on", async (first) => {
      const last = Math.min(first + blockSeeds, from + seeds);
      for (let seed = first; seed < last; seed++) results.push(await runChurn(seed, "short"));
    });

    test("SI9 all of what may happen did, and answers went on through it", () => {
      const faults = new Set(results.flatMap((result) => result.faults.map((fault) => fault.split(" ").at(-1))));
      expect(faults).toEqual(new Set(Object.keys(usualFaults)));
      const outcomes = results.flatMap((result) => result.outcomes);
      const repairs = outcomes.flatMap(({ stats }) => stats?.repairs ?? []);
      const answered = outcomes.filter(({ kind }) => kind === "answered");
      expect(answered.length).toBeGreaterThan(seeds);
      const why = repairs.flatMap(({ lost }) => lost.map((each) => each.why));
      expect(why).toEqual(expect.arrayContaining(["left", "silent", "gone", "unreachable", "failed", "stuck"]));
      expect(repairs.some(({ waitedMs }) => waitedMs > 0)).toBe(true);
      expect(repairs.some(({ lost }) => lost.length > 1)).toBe(true);
      expect(outcomes.some(({ kind }) => kind === "reloaded")).toBe(true);
      const broken = outcomes.filter(({ kind, begun }) => kind === "failed" && begun);
      // While tabs keep coming an answer that began is finished, but for those whose coordinator or links were cut off too.
      expect(broken.length / (answered.length + broken.length)).toBeLessThan(0.02);
    });
  });
}
