import { expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { testModel } from "../testing/test-model.ts";

test("WB49 a route tells the ms of each leg where they were measured, and null where nobody knows", () => {
  const s = new DrivenSwarm([testModel([10_000, 10_000, 10_000, 10_000])]);
  const [left, right, asker] = [s.donor(22_000), s.donor(22_000), s.join()];
  expect(s.mustGet(asker, 100).legsMs).toEqual([null, null, null]);
  s.swarm.measured(left, { links: [{ tab: right, ms: 7 }] });
  s.swarm.measured(asker, { links: [{ tab: left, ms: 30.26 }] });
  expect(s.mustGet(asker, 100).legsMs).toEqual([15.1, 3.5, null]);
});

test("WB49 who is its own hop has no way to go", () => {
  const s = new DrivenSwarm([testModel([10_000, 10_000])]);
  const whole = s.donor(22_000);
  expect(s.mustGet(whole, 100).legsMs).toEqual([0, 0]);
});
