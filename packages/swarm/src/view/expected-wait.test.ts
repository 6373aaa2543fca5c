import fc from "fast-check";
import { expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { testModel } from "../testing/test-model.ts";
import { expectedWait } from "./expected-wait.ts";

test("SW31 the wait is until enough running answers are expected to end", () => {
  expect(expectedWait(1, [3000, 8000], 10_000)).toBe(2000);
  expect(expectedWait(2, [3000, 8000], 10_000)).toBe(7000);
  // Then those who were served before have to end.
  expect(expectedWait(3, [3000, 8000], 10_000)).toBe(12_000);
  expect(expectedWait(1, [25_000], 10_000)).toBe(0);
  expect(expectedWait(1, [], 10_000)).toBeNull();
  expect(expectedWait(1, [5], null)).toBeNull();
});

test("SW31 who stands further back never waits less, and never a fraction", () => {
  const ms = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      fc.array(ms, { minLength: 1, maxLength: 8 }),
      ms,
      fc.integer({ min: 1, max: 50 }),
      (running, usual, at) => {
        const [here, behind] = [expectedWait(at, running, usual), expectedWait(at + 1, running, usual)];
        expect(behind).toBeGreaterThanOrEqual(here ?? Infinity);
        expect(Number.isInteger(here)).toBe(true);
      },
    ),
  );
});

test("SW31 who waits hears how long once four answers were seen, and again as the line moves", () => {
  const s = new DrivenSwarm([testModel([10_000, 10_000])]);
  // Room for one chat of 1000 tokens.
  const donor = s.donor(22_000);
  const [busy, first, second] = [s.join(), s.join(), s.join()];
  const alive = [donor, busy, first, second];
  for (let answer = 0; answer < 4; answer++) {
    const { session } = s.mustGet(busy, 1000).route;
    if (answer === 3) expect(s.ask(s.join(), 1000)).toMatchObject({ status: "queued", waitMs: null });
    s.pass(10_000, alive);
    s.done(s.swarm.settle(busy, { session, state: "ended", tokens: 9 }, s.nowMs));
  }
  s.pass(31_000, alive);
  const { session } = s.mustGet(busy, 1000).route;
  s.pass(4000, alive);
  expect(s.ask(first, 1000)).toMatchObject({ status: "queued", position: 1, waitMs: 6000 });
  expect(s.ask(second, 1000)).toMatchObject({ status: "queued", position: 2, waitMs: 16_000 });
  s.pass(6000, alive);
  s.sent();
  s.done(s.swarm.settle(busy, { session, state: "ended", tokens: 9 }, s.nowMs));
  expect(s.sent().filter(({ to }) => to === second)).toMatchObject([
    { name: "queued", payload: { position: 1, waitMs: 10_000 } },
  ]);
});
