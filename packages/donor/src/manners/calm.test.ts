import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calm, firstCalm, nextCalm } from "./calm.ts";
import type { PauseReason } from "./rules.ts";

const hidden: PauseReason = { why: "hidden" };
const byPerson: PauseReason = { why: "by-person" };

describe("calm", () => {
  test("DN37 a rule pauses at once, and resumes after 5 s of calm", () => {
    let calm = nextCalm(firstCalm, [hidden], 1000, 50_000);
    expect(calm.reasons).toEqual([hidden]);
    calm = nextCalm(calm, [], 2000, 51_000);
    expect(calm.reasons).toEqual([{ why: "calming-down", untilMs: 56_000 }]);
    calm = nextCalm(calm, [], 6999, 55_999);
    expect(calm.reasons).toEqual([{ why: "calming-down", untilMs: 56_000 }]);
    expect(nextCalm(calm, [], 7000, 56_000).reasons).toEqual([]);
    // A flicker begins it anew.
    calm = nextCalm(nextCalm(calm, [hidden], 6999, 0), [], 7500, 0);
    expect(nextCalm(calm, [], 12_000, 0).reasons).not.toEqual([]);
    expect(nextCalm(calm, [], 12_500, 0).reasons).toEqual([]);
  });

  test("DN37 the person's own pause ends with their word, at once; not so one that a rule joined", () => {
    const paused = nextCalm(firstCalm, [byPerson], 0, 0);
    expect(nextCalm(paused, [], 1, 1)).toEqual(firstCalm);
    const both = nextCalm(firstCalm, [byPerson, hidden], 0, 0);
    expect(nextCalm(both, [], 1, 1).reasons).toMatchObject([{ why: "calming-down" }]);
  });

  test("DN37 it never serves within 5 s of a rule's reason, and always does after", () => {
    const look = fc.record({ afterMs: fc.integer({ min: 1, max: 3000 }), isBad: fc.boolean() });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
        let calm: Calm = firstCalm;
        let now = 0;
        let freeSince = 0;
        let wasBad = false;
        for (const { afterMs, isBad } of looks) {
          now += afterMs;
          calm = nextCalm(calm, isBad ? [hidden] : [], now, now);
          if (isBad) expect(calm.reasons).toEqual([hidden]);
          else {
            if (wasBad) freeSince = now;
            const everBad = freeSince > 0;
            expect(calm.reasons.length > 0).toBe(everBad && now - freeSince < 5000);
          }
          wasBad = isBad;
        }
      }),
    );
  });
});
