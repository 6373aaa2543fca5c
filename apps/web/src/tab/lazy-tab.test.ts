import type { Tab } from "@potluck/donor";
import { expect, test, vi } from "vitest";
import { demoModel, demoSwarm, done } from "./fake-scenarios.ts";
import { createFakeTab, type FakeTab } from "./fake-tab.ts";
import { lazyTab } from "./lazy-tab.ts";

const segment = { modelId: demoModel.id, from: 0, to: 4 };
const stats = { tokensServed: 0, sessions: 0, peers: 0, stepMs: null };
const real = (): FakeTab =>
  createFakeTab({
    swarm: demoSwarm,
    answer: () => [done],
    donation: [{ event: { kind: "ready", segment, stats } }],
    pause: () => Promise.resolve(),
  });

function later(): { readonly promise: Promise<Tab>; readonly resolve: (tab: Tab) => void } {
  let resolve: (tab: Tab) => void = () => undefined;
  const promise = new Promise<Tab>((settle) => (resolve = settle));
  return { promise, resolve: (tab) => resolve(tab) };
}

test("WB17 a start before the swarm code is there happens once it is, and shows as joining meanwhile", async () => {
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  tab.donation.start(5_000_000);
  expect(tab.donation.state.getState().kind).toBe("joining");
  resolve(real());
  await vi.waitUntil(() => tab.donation.state.getState().kind === "ready");
});

test("WB17 a stop before the swarm code is there takes the start back", async () => {
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  tab.donation.start(5_000_000);
  await tab.donation.stop();
  resolve(real());
  await promise;
  expect(tab.donation.state.getState().kind).toBe("idle");
});

test("WB17 subscriptions move over to the real stores and end with their subscriber", async () => {
  const inner = real();
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  const heard: unknown[] = [];
  const leave = tab.swarm.subscribe((swarm) => heard.push(swarm));
  expect(tab.swarm.getState()).toBeNull();
  resolve(inner);
  await promise;
  await vi.waitUntil(() => tab.connection.getState().kind === "online");
  expect(heard).toEqual([demoSwarm]);
  inner.swarm.setState({ ...demoSwarm, tabs: 10 }, true);
  leave();
  inner.swarm.setState(demoSwarm, true);
  expect(heard).toEqual([demoSwarm, { ...demoSwarm, tabs: 10 }]);
});

test("WB17 when the swarm code can't be loaded, connection, donation and answers say so", async () => {
  const tab = lazyTab(() => Promise.reject(new TypeError("Failed to fetch")));
  tab.donation.start(5_000_000);
  await vi.waitUntil(() => tab.connection.getState().kind === "offline");
  expect(tab.donation.state.getState()).toMatchObject({ kind: "error", problem: { code: "server-gone" } });
  await expect(tab.donation.device()).rejects.toMatchObject({ problem: { code: "server-gone" } });
  await tab.donation.stop();
  expect(tab.donation.state.getState().kind).toBe("idle");
  await tab.close();
});
