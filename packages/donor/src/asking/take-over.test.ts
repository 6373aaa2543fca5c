import type { SessionState } from "@potluck/pipeline";
import type { SessionId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { id, routeThrough } from "../testing/make-tab.ts";
import { takeOver } from "./take-over.ts";

const route = { ...routeThrough(id(2)), asker: id(1) };
const left: SessionState = { route: { ...route, epoch: 4 }, turns: 2, held: [3, 1, 4] };
const other = { ...route, hops: [{ tab: id(3), range: { from: 0, to: 4 }, standbys: [] }] };

test.each([
  ["the page's", { ...other, epoch: 3 }, left.route.hops],
  ["the coordinator's", { ...other, epoch: 5 }, other.hops],
])("DN31 a session is taken over with the newer route: %s", (_whose, granted, hops) => {
  const state = takeOver(left, granted, id(1));
  expect(state).toMatchObject({ turns: 2, held: [3, 1, 4], route: { hops } });
  // Above all that the page may have sent and not saved.
  expect(state?.route.epoch).toBeGreaterThan(Math.max(granted.epoch, 4) + 8);
});

test.each([
  ["another session", { ...route, session: id(78) as string as SessionId }, id(1)],
  ["another tab's", { ...route, asker: id(9) }, id(9)],
])("DN31 nothing is taken over of %s", (_what, granted, self) => {
  expect(takeOver(left, granted, self)).toBeNull();
});
