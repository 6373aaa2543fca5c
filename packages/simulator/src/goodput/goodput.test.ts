import { expect, test } from "vitest";
import { runGoodput, usualGoodput } from "./run-goodput.ts";

test("SI10 at one failure in a thousand steps of a hop, nine tenths of the goodput without failures are left", async () => {
  let free = 0;
  let withFailures = 0;
  let failures = 0;
  for (const seed of [1, 2]) {
    const calm = await runGoodput({ ...usualGoodput, seed, failuresPerStep: 0 });
    const rough = await runGoodput({ ...usualGoodput, seed, failuresPerStep: 1e-3 });
    expect([calm.outcome.kind, calm.outcome.tokens]).toEqual(["answered", usualGoodput.answerTokens]);
    expect([rough.outcome.kind, rough.outcome.tokens]).toEqual(["answered", usualGoodput.answerTokens]);
    free += calm.outcome.tookMs;
    withFailures += rough.outcome.tookMs;
    failures += rough.failures;
  }
  expect(failures).toBeGreaterThanOrEqual(4);
  expect(free / withFailures).toBeGreaterThan(0.9);
});
