import { EngineError } from "@potluck/engine";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../problem.ts";
import { assigned, id, layerCount, makeTab, modelId, waitFor } from "../testing/make-tab.ts";

describe("donating", () => {
  test("DN13 a start while the tab is offline connects at once, and fails only when that did not help", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.drop();
    tab.donation.start(5e6);
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { code: "server-gone" } });
    coordinator.onReach = () => coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
  });

  test("DN1 nothing is loaded before start, and stop frees everything", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    expect(await tab.donation.preview(5e6)).toEqual({
      segment: { modelId, from: 0, to: layerCount },
      weightBytes: 10,
      heldBytes: { segment: 30, draft: 0 },
    });
    expect(opened).toEqual([]);
    tab.donation.start(5e6);
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    expect(opened).toHaveLength(1);
    await tab.donation.stop();
    expect(tab.donation.state.getState()).toEqual({ kind: "idle" });
    expect((await opened[0]?.runner.gone)?.fault).toBe("closed");
    expect(coordinator.calls.map(({ name }) => name)).toContain("stop-donating");
  });

  test("DN1 stop while loading leaves nothing behind", async () => {
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const { tab, coordinator, opened } = makeTab(assigned, hold);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await Promise.resolve();
    await tab.donation.stop();
    release();
    await hold;
    expect(opened).toEqual([]);
    expect(tab.donation.state.getState().kind).toBe("idle");
  });

  test("DN2 ready is reported only after the shard is open", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    expect(coordinator.reports.slice(-2)).toEqual(["loading", "ready"]);
  });

  test("DN11 closing tells the coordinator before anything is waited for", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const closing = tab.close();
    expect(coordinator.reports.at(-1)).toBe("closed");
    await closing;
    expect((await opened[0]?.runner.gone)?.fault).toBe("closed");
  });

  test("DN21 a page that goes gives its segment back before its connection, and DN23 takes it up when it comes back", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    tab.hide();
    expect(coordinator.calls.at(-1)).toMatchObject({ name: "stop-donating", payload: { why: "leaving" } });
    expect(coordinator.reports.slice(-2)).toEqual(["none", "closed"]);
    coordinator.drop();
    tab.show();
    coordinator.welcome(id(1));
    await expect.poll(() => coordinator.reports.at(-1)).toBe("ready");
    expect(opened).toHaveLength(1);
  });

  test("DN3 a lost device is an error with advice, and the coordinator hears of it", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    opened[0]?.runner.lose(new EngineError("device-lost", "gone"));
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { code: "device-lost" } });
    expect(coordinator.reports.at(-1)).toBe("none");
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
  });

  test("DN3 a refusal shows the coordinator's sentence", async () => {
    const message = "Layers 0–3 need 7 MB.";
    const { tab, coordinator } = makeTab({
      donate: () => ({ status: "refused", reason: "budget-too-small", message }),
    });
    coordinator.welcome(id(1));
    tab.donation.start(1);
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { code: "budget-too-small", what: message } });
  });

  test("DN3 without the coordinator, start says so", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.drop();
    tab.donation.start(1);
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { code: "server-gone" } });
  });

  test("DN1 a start before the first welcome waits for it, and is one join", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    tab.donation.start(5e6);
    await Promise.resolve();
    expect(tab.donation.state.getState()).toEqual({ kind: "joining" });
    coordinator.welcome(id(1));
    await waitFor(tab, "ready");
    expect(opened).toHaveLength(1);
    expect(coordinator.calls.filter(({ name }) => name === "donate")).toHaveLength(1);
  });

  test("DN7 a welcome while loading registers again after the load, and loads nothing twice", async () => {
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const { tab, coordinator, opened } = makeTab(assigned, hold);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await expect.poll(() => coordinator.calls.filter(({ name }) => name === "donate").length).toBe(1);
    coordinator.drop();
    coordinator.welcome(id(1));
    release();
    await expect.poll(() => coordinator.calls.filter(({ name }) => name === "donate").length).toBe(2);
    await waitFor(tab, "ready");
    expect(opened).toHaveLength(1);
  });

  test("DN7 a coordinator that goes while a loaded donor registers again costs the donor nothing", async () => {
    const { tab, coordinator, opened } = makeTab({ ...assigned });
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    coordinator.drop();
    const failed = Promise.reject(new ProblemError({ code: "server-gone", what: "", advice: "" }));
    failed.catch(() => undefined);
    coordinator.answers["donate"] = () => failed;
    coordinator.welcome(id(1));
    await expect.poll(() => coordinator.calls.filter(({ name }) => name === "donate").length).toBe(2);
    coordinator.drop();
    coordinator.answers["donate"] = assigned.donate ?? (() => failed);
    coordinator.welcome(id(1));
    await expect.poll(() => coordinator.calls.filter(({ name }) => name === "donate").length).toBe(3);
    expect(tab.donation.state.getState().kind).toBe("ready");
    expect(opened).toHaveLength(1);
  });

  test("DN3 weights that can't be kept are a notice beside the state, and are not told as cached", async () => {
    const { tab, coordinator } = makeTab(assigned, Promise.resolve(), undefined, (request) =>
      request.onNotKept?.(new EngineError("storage-full", "The storage is full. Free some.")),
    );
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    expect(await waitFor(tab, "ready")).toMatchObject({
      notice: { code: "storage-full", advice: "The storage is full. Free some." },
    });
    await tab.donation.stop();
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    expect(coordinator.calls.findLast(({ name }) => name === "donate")?.payload).toMatchObject({ cached: [] });
  });

  test("DN7 a welcome after a lost connection registers again without loading again", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    coordinator.drop();
    coordinator.welcome(id(1));
    await expect.poll(() => coordinator.calls.filter(({ name }) => name === "donate").length).toBe(2);
    expect(coordinator.calls.findLast(({ name }) => name === "donate")?.payload).toMatchObject({
      holding: { modelId, from: 0, to: layerCount },
    });
    expect(opened).toHaveLength(1);
    expect(tab.donation.state.getState().kind).toBe("ready");
  });
});
