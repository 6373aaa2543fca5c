import type { SwarmStatus } from "@potluck/donor";
import { expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { demoModel, demoSwarm } from "../tab/fake-scenarios.ts";
import { awaitModel, pickModel } from "./chat-model.ts";

const [served, unserved] = demoSwarm.models;

test("WB8 the chosen model is asked while the swarm knows it, else one that is served", () => {
  expect(pickModel(demoSwarm, unserved?.id ?? null)).toBe(unserved);
  expect(pickModel({ ...demoSwarm, models: [unserved ?? demoModel, demoModel] }, null)).toBe(demoModel);
  expect(pickModel({ ...demoSwarm, models: [served ?? demoModel] }, unserved?.id ?? null)).toBe(served);
  expect(pickModel(null, demoModel.id)).toBeNull();
});

test("WB17 a question asked before the swarm has told its models waits for them", async () => {
  const swarm = createStore<SwarmStatus | null>()(() => null);
  const model = awaitModel(swarm, () => null, new AbortController().signal);
  swarm.setState(demoSwarm, true);
  await expect(model).resolves.toEqual({ id: demoModel.id, name: demoModel.name });
});

test("WB21 a swarm without models ends the wait at once", async () => {
  const swarm = createStore<SwarmStatus | null>()(() => ({ ...demoSwarm, models: [] }));
  const model = awaitModel(swarm, () => null, new AbortController().signal);
  await expect(model).rejects.toMatchObject({ problem: { what: "This server serves no model yet." } });
});

test("WB17 a swarm that never tells its models ends the wait with a problem", async () => {
  const deadline = new AbortController();
  const model = awaitModel(
    createStore<SwarmStatus | null>()(() => null),
    () => null,
    deadline.signal,
  );
  deadline.abort();
  await expect(model).rejects.toMatchObject({ problem: { code: "server-gone" } });
});
