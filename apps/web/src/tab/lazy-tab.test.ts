import type { AskRequest, Tab } from "@potluck/donor";
import { expect, test, vi } from "vitest";
import { demoModel, demoSwarm, done } from "./fake-scenarios.ts";
import { createFakeTab, type FakeScript, type FakeTab, noServing } from "./fake-tab.ts";
import { lazyTab } from "./lazy-tab.ts";

const segment = { modelId: demoModel.id, from: 0, to: 4 };
const real = (script: Partial<FakeScript> = {}): FakeTab =>
  createFakeTab({
    swarm: demoSwarm,
    answer: () => [done],
    donation: [{ event: { kind: "ready", segment, stats: noServing } }],
    pause: () => Promise.resolve(),
    ...script,
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

const request: AskRequest = {
  key: "before",
  modelId: demoModel.id,
  messages: [{ role: "user", content: "Hello!" }],
  maxNewTokens: 16,
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 7 },
  where: "swarm",
};

test("WB17 what is asked about an unfinished answer before the swarm code is there is answered once it is", async () => {
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  const unfinished = tab.asker.unfinished();
  const carriedOn = tab.asker.carryOn(new AbortController().signal)[Symbol.asyncIterator]().next();
  resolve(real({ unfinished: () => request, carriedOn: [done] }));
  expect(await unfinished).toEqual(request);
  expect(await carriedOn).toMatchObject({ value: { kind: "done" } });
});

test("WB17 a chat that ends before the swarm code is there is forgotten once it is", async () => {
  const inner = real();
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  tab.asker.endChat();
  resolve(inner);
  await vi.waitUntil(() => inner.chatsEnded() === 1);
});

test("WB31 finishing before the swarm code is there takes the start back; afterwards it is the donor's to do", async () => {
  const { promise, resolve } = later();
  const tab = lazyTab(() => promise);
  tab.donation.start(5_000_000);
  tab.donation.finish();
  resolve(
    real({ leavingMs: 1, donation: [{ event: { kind: "serving", segment, stats: { ...noServing, sessions: 1 } } }] }),
  );
  await promise;
  expect(tab.donation.state.getState().kind).toBe("idle");
  tab.donation.start(5_000_000);
  await vi.waitUntil(() => tab.donation.state.getState().kind === "serving");
  tab.donation.finish();
  expect(tab.donation.state.getState().kind).toBe("finishing");
});
