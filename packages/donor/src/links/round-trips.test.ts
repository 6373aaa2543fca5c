import { ManualClock } from "@potluck/link";
import type { MeasuredLink } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createFakeCoordinator } from "../testing/fake-coordinator.ts";
import { askerId, makeSwarm } from "../testing/make-swarm.ts";
import { ask, collect, id, layerCount } from "../testing/make-tab.ts";
import { createRoundTrips } from "./round-trips.ts";

function teller() {
  const clock = new ManualClock();
  const coordinator = createFakeCoordinator();
  const links: MeasuredLink[] = [];
  const roundTrips = createRoundTrips({ coordinator, clock, measured: () => links });
  const told = () =>
    coordinator.calls
      .filter(({ name }) => name === "measured")
      .map(({ payload }) => payload as { links: MeasuredLink[] });
  return { clock, coordinator, links, roundTrips, told };
}

test("SW26 a tab tells its links every few seconds while it has any and is online, and stops when told to", async () => {
  const { clock, coordinator, links, roundTrips, told } = teller();
  roundTrips.start();
  roundTrips.start();
  links.push({ tab: id(2), ms: 12 });
  await clock.advance(3_000);
  expect(told()).toEqual([]);
  coordinator.welcome(id(1));
  await clock.advance(3_000);
  expect(told()).toEqual([{ links }]);
  links.length = 0;
  await clock.advance(3_000);
  // Once: so that nobody takes the last ones for open.
  await clock.advance(3_000);
  expect(told().slice(1)).toEqual([{ links: [] }]);
  roundTrips.stop();
  expect(clock.pending).toBe(0);
});

test("SW26 of many links each is told in its turn, eight at a time", async () => {
  const { clock, coordinator, links, roundTrips, told } = teller();
  coordinator.welcome(id(1));
  for (let n = 0; n < 12; n++) links.push({ tab: id(2 + n), ms: n });
  roundTrips.start();
  await clock.advance(6_000);
  expect(told().map((one) => one.links.length)).toEqual([8, 8]);
  expect(new Set(told().flatMap((one) => one.links.map(({ tab }) => tab))).size).toBe(12);
});

test("SW26 tabs that answered together have told how far they are", async () => {
  const halves = [
    { from: 0, to: 2 },
    { from: 2, to: layerCount },
  ];
  const swarm = await makeSwarm(
    halves,
    halves.map((_, donor) => ({ donor, standbys: [] })),
  );
  const page = swarm.page();
  const answer = collect(page.tab, ask("3 1 4"));
  for (let ms = 0; ms < 8_000; ms += 100) await swarm.clock.advance(100);
  await answer;
  const told = page.coordinator.calls.filter(({ name }) => name === "measured");
  const last = told.at(-1)?.payload as { readonly links: readonly MeasuredLink[] } | undefined;
  const links = last?.links ?? [];
  expect(links.map(({ tab }) => tab).sort()).toEqual(swarm.donors.map((donor) => donor.id).sort());
  for (const { ms } of links) expect(ms).toBeGreaterThanOrEqual(4);
  const first = swarm.donors[0]?.coordinator.calls.findLast(({ name }) => name === "measured");
  expect(JSON.stringify(first?.payload)).toContain(askerId);
});
