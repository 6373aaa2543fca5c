import { ManualClock } from "@potluck/link";
import type { ModelId, SwarmView } from "@potluck/protocol";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { watchSwarm } from "./swarm-watch.ts";
import { createFakeCoordinator } from "./testing/fake-coordinator.ts";
import { id } from "./testing/make-tab.ts";

const status: SwarmView = {
  tabs: 3,
  donors: 2,
  queued: 1,
  nodesInAll: 2,
  models: [
    {
      id: "oracle" as ModelId,
      name: "Oracle",
      dtype: "q4",
      layerCount: 2,
      maxPositions: 64,
      weightBytes: 10,
      kvBytesPerToken: 4,
      smallestBudgetBytes: 5,
      tabsPerLayer: [1, 2],
      joiningPerLayer: [0, 1],
      unreachablePerLayer: [0, 0],
      standbyPerLayer: [0, 1],
      available: true,
      sessions: 1,
      standbys: 1,
      queued: 1,
      answersPerMinute: 3,
      tokensPerSecond: 41,
      draft: { modelId: "small" as ModelId, from: 0, to: 1 },
      manifestUrl: "/models/oracle/manifest.json",
    },
  ],
  nodes: [
    { name: "00000001", segment: { modelId: "oracle" as ModelId, from: 0, to: 2 }, state: "ready", standsBy: false },
    { name: "00000002", segment: { modelId: "oracle" as ModelId, from: 1, to: 2 }, state: "ready", standsBy: true },
  ],
  links: [{ a: "00000001", b: "00000002", ms: 8 }],
  countries: [{ code: "CH", donors: 1 }],
};
const away = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

function memory(initial: string | null = null): Pick<Storage, "getItem" | "setItem"> {
  let value = initial;
  return { getItem: () => value, setItem: (_key, text) => (value = text) };
}

function watched(storage: Pick<Storage, "getItem" | "setItem"> | null, answer: () => Promise<Response>) {
  const clock = new ManualClock();
  const coordinator = createFakeCoordinator();
  const fetch = vi.fn<() => Promise<Response>>(answer);
  let isVisible = true;
  let changed = (): void => undefined;
  const swarm = watchSwarm({
    url: "/api/swarm",
    clock,
    storage,
    fetch,
    coordinator,
    page: { isVisible: () => isVisible, onChange: (listener) => (changed = listener) },
  });
  const show = (visible: boolean): void => {
    isVisible = visible;
    changed();
  };
  const asked = (): unknown[] =>
    coordinator.calls.filter(({ name }) => name === "watch").map(({ payload }) => (payload as { on: boolean }).on);
  return { clock, coordinator, fetch, swarm, show, asked };
}

/** What a watcher knows after the first answer, or without one. */
async function firstKnown(
  storage: Pick<Storage, "getItem" | "setItem"> | null,
  answer: () => Promise<Response>,
): Promise<SwarmView | null> {
  const { clock, swarm } = watched(storage, answer);
  const leave = swarm.subscribe(() => undefined);
  await vi.waitUntil(() => clock.pending > 0, { interval: 1 });
  leave();
  return swarm.getState();
}

/** A page whose coordinator pushes. */
async function pushed() {
  const made = watched(null, async () => Response.json({ ...status, tabs: 99 }));
  made.coordinator.welcome(id(1));
  const leave = made.swarm.subscribe(() => undefined);
  await vi.waitUntil(() => made.swarm.getState() !== null, { interval: 1 });
  made.coordinator.send("swarm", { number: 7, view: status });
  return { ...made, leave };
}

test("DN14 a tab opened while the server is away knows the models of its last answer, served by nobody", async () => {
  const storage = memory();
  expect(await firstKnown(storage, async () => Response.json(status))).toEqual(status);
  const known = await firstKnown(storage, away);
  expect(known).toMatchObject({ tabs: 0, donors: 0, queued: 0, nodes: [], links: [], countries: [] });
  const { tabsPerLayer, standbys, name, draft, available } = known?.models[0] ?? {};
  expect({ tabsPerLayer, standbys, name, draft, available }).toEqual({
    tabsPerLayer: [0, 0],
    standbys: 0,
    name: "Oracle",
    draft: status.models[0]?.draft,
    available: false,
  });
  expect(await firstKnown(storage, async () => new Response("Bad gateway", { status: 502 }))).toMatchObject({
    models: [{ id: "oracle" }],
  });
});

test("DN14 a server that answers is believed, whatever is remembered", async () => {
  const storage = memory();
  await firstKnown(storage, async () => Response.json(status));
  expect(await firstKnown(storage, async () => Response.json({ ...status, models: [] }))).toMatchObject({ models: [] });
});

test("DN14 whatever the storage holds, a tab without a server knows valid models or none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (stored) => {
      expect(await firstKnown(memory(stored), away)).toBeNull();
    }),
    { numRuns: 30 },
  );
  expect(await firstKnown(null, away)).toBeNull();
});

test("SG16 what is pushed takes the place of asking, and changes are applied to it", async () => {
  const { clock, coordinator, fetch, swarm, asked } = await pushed();
  expect(asked()).toEqual([true]);
  expect(swarm.getState()).toEqual(status);
  await clock.advance(60_000);
  expect(fetch).toHaveBeenCalledTimes(1);
  coordinator.send("swarm-change", { number: 8, change: { countries: [] } });
  expect(swarm.getState()).toEqual({ ...status, countries: [] });
});

test("SG17 who missed a change asks for the whole again, and takes nothing until it has come", async () => {
  const { clock, coordinator, fetch, swarm, asked } = await pushed();
  coordinator.send("swarm-change", { number: 9, change: { countries: [] } });
  expect(asked()).toEqual([true, true]);
  coordinator.send("swarm-change", { number: 10, change: { nodes: { put: [], gone: ["00000001"] } } });
  expect(swarm.getState()).toEqual(status);
  // One that never comes is asked for again, and the server by the other way meanwhile.
  await clock.advance(5000);
  expect(asked()).toEqual([true, true, true]);
  await vi.waitUntil(() => swarm.getState()?.tabs === 99, { interval: 1 });
  expect(fetch).toHaveBeenCalledTimes(2);
  const whole = { ...status, tabs: 5 };
  coordinator.send("swarm", { number: 12, view: whole });
  coordinator.send("swarm-change", { number: 12, change: { countries: [] } });
  expect(swarm.getState()).toEqual(whole);
});

test("SG17 a lost connection is bridged by asking, and a welcome brings the whole", async () => {
  const { coordinator, swarm, asked } = await pushed();
  coordinator.drop();
  await vi.waitUntil(() => swarm.getState()?.tabs === 99, { interval: 1 });
  coordinator.welcome(id(1));
  expect(asked()).toEqual([true, true]);
  coordinator.send("swarm", { number: 1, view: status });
  expect(swarm.getState()).toEqual(status);
});

test("SG17 a hidden page and one where nobody looks get nothing, and a page that is seen again asks", async () => {
  const { clock, coordinator, fetch, swarm, show, asked, leave } = await pushed();
  show(false);
  expect(asked()).toEqual([true, false]);
  coordinator.send("swarm-change", { number: 8, change: { countries: [] } });
  expect(swarm.getState()).toEqual(status);
  show(true);
  expect(asked()).toEqual([true, false, true]);
  leave();
  expect(asked()).toEqual([true, false, true, false]);
  show(false);
  show(true);
  await clock.advance(60_000);
  expect(asked()).toHaveLength(4);
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(clock.pending).toBe(0);
});
