import type { RouteReady } from "@potluck/protocol";
import { expect, test } from "vitest";
import { id, routeThrough } from "../testing/make-tab.ts";
import { legsOf } from "./legs.ts";

const route = {
  ...routeThrough(id(1)),
  hops: [
    { tab: id(2), range: { from: 0, to: 2 }, standbys: [id(4)] },
    { tab: id(3), range: { from: 2, to: 4 }, standbys: [] },
  ],
} satisfies RouteReady["route"];
const told = { route, legsMs: [12, 3.5, null] };

test("WB49 own legs are those that the links measure, others what the coordinator told, and nothing is made up", () => {
  expect(legsOf(route, told, [])).toEqual([12, 3.5, null]);
  expect(
    legsOf(route, told, [
      { tab: id(2), ms: 30 },
      { tab: id(3), ms: 8 },
    ]),
  ).toEqual([15, 3.5, 4]);
  const [, last] = route.hops;
  const repaired = {
    ...route,
    hops: [{ tab: id(4), range: { from: 0, to: 2 }, standbys: [] }, ...(last ? [last] : [])],
  };
  expect(legsOf(repaired, told, [])).toEqual([null, null, null]);
  expect(legsOf(routeThrough(id(1)), { route: routeThrough(id(1)), legsMs: [] }, [])).toEqual([0, 0]);
});
