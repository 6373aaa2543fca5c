import { ManualClock } from "@potluck/link";
import type { ModelId } from "@potluck/protocol";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { watchSwarm } from "./swarm-watch.ts";
import type { SwarmStatus } from "./tab.ts";

const status: SwarmStatus = {
  tabs: 3,
  donors: 2,
  queued: 1,
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
      available: true,
      sessions: 1,
      draft: { modelId: "small" as ModelId, from: 0, to: 1 },
      manifestUrl: "/models/oracle/manifest.json",
    },
  ],
};
const away = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

function memory(initial: string | null = null): Pick<Storage, "getItem" | "setItem"> {
  let value = initial;
  return { getItem: () => value, setItem: (_key, text) => (value = text) };
}

/** What a watcher knows after the first answer, or without one. */
async function firstKnown(
  storage: Pick<Storage, "getItem" | "setItem"> | null,
  fetch: () => Promise<Response>,
): Promise<SwarmStatus | null> {
  const clock = new ManualClock();
  const swarm = watchSwarm({ url: "/api/swarm", clock, storage, fetch });
  const leave = swarm.subscribe(() => undefined);
  await vi.waitUntil(() => clock.pending > 0, { interval: 1 });
  leave();
  return swarm.getState();
}

test("DN14 a tab opened while the server is away knows the models of its last answer, served by nobody", async () => {
  const storage = memory();
  expect(await firstKnown(storage, async () => Response.json(status))).toEqual(status);
  const [model] = status.models;
  expect(await firstKnown(storage, away)).toEqual({
    tabs: 0,
    donors: 0,
    queued: 0,
    models: [{ ...model, tabsPerLayer: [0, 0], joiningPerLayer: [0, 0], available: false, sessions: 0 }],
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
