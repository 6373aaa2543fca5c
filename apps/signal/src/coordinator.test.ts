import { PROTOCOL_VERSION, type TabId } from "@potluck/protocol";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { CoordinatorOptions } from "./coordinator.ts";
import { halfBytes, TestCoordinator } from "./testing/test-coordinator.ts";

let at: TestCoordinator;
const start = async (options: Partial<CoordinatorOptions> = {}) => {
  at = await TestCoordinator.start(options);
  return at;
};
afterEach(() => at.stop());

describe("coordinator", () => {
  test("SG1 hello comes first, and once", async () => {
    await start();
    const tab = at.silent();
    expect(await tab.ask("test-model", 10)).toMatchObject({ status: "refused", reason: "not-admitted" });
    await tab.hello();
    expect(tab.welcome).toMatchObject({ status: "welcome", heartbeatMs: 1000, iceServers: [] });
    expect(await tab.call("hello", { protocol: PROTOCOL_VERSION })).toMatchObject({ reason: "malformed" });
    expect(await at.metric('potluck_refusals_total{reason="not-admitted"}')).toBe(1);
  });

  test("SG1 another version hears who must reload, and nothing else is granted", async () => {
    await start();
    const tab = at.silent();
    const older = await tab.call("hello", { protocol: PROTOCOL_VERSION - 1 });
    expect(older).toMatchObject({ status: "refused", reason: "version-mismatch" });
    expect(older.status === "refused" && older.message).toContain("Reload the page");
    const newer = await tab.call("hello", { protocol: PROTOCOL_VERSION + 1 });
    expect(newer.status === "refused" && newer.message).toContain("operator");
    expect(await tab.ask("test-model", 10)).toMatchObject({ reason: "not-admitted" });
  });

  test("SG1 a socket that says no hello is closed after 10 s", async () => {
    await start();
    const tab = at.silent();
    await tab.raw("status", { donor: "none" });
    at.clock.advance(10_600);
    expect(await tab.closed()).toBe("transport close");
  });

  test("SG5 two donors and an asker get a route; hops are admitted before the asker hears of it", async () => {
    await start();
    const [left, right] = [await at.donor(), await at.donor()];
    const asker = await at.tab();
    const answer = await asker.ask("test-model", 600);
    if (answer.status !== "ready") throw new Error(JSON.stringify(answer));
    expect(answer.route.hops.map((hop) => [hop.tab, hop.range])).toEqual([
      [left.id, { from: 0, to: 2 }],
      [right.id, { from: 2, to: 4 }],
    ]);
    expect(await left.next("admit")).toEqual({ route: answer.route, hop: 0 });
    expect(await right.next("admit")).toEqual({ route: answer.route, hop: 1 });
    expect(await at.json("/api/swarm")).toMatchObject({
      tabs: 3,
      donors: 2,
      queued: 0,
      models: [{ id: "test-model", tabsPerLayer: [1, 1, 1, 1], available: true, sessions: 1 }],
    });
    await asker.call("settle", { session: answer.route.session, state: "ended" });
    expect(await left.next("dismiss")).toEqual({ session: answer.route.session, why: "ended" });
  });

  test("SG5 a tab that both donates and asks hears its admission first", async () => {
    await start();
    const tab = await at.donor(1e6);
    const answer = await tab.ask("test-model", 600);
    expect(answer).toMatchObject({ status: "ready" });
    expect(tab.heard.map((event) => event.name)).toEqual(["admit"]);
  });

  test("SG7 places in the queue move up, and donors that come serve it", async () => {
    await start();
    const [first, second] = [await at.tab(), await at.tab()];
    expect(await first.ask("test-model", 800)).toMatchObject({ status: "queued", position: 1 });
    expect(await second.ask("test-model", 800)).toMatchObject({ position: 2, reason: { kind: "layers-missing" } });
    expect(await at.metric("potluck_queued")).toBe(2);
    await at.donor();
    expect(await first.next("queued")).toMatchObject({ reason: { missing: [{ from: 2, to: 4 }] } });
    const right = await at.donor();
    expect(await first.next("route-ready")).toMatchObject({ resumed: false });
    expect(await second.next("queued")).toMatchObject({ reason: { missing: [{ from: 2, to: 4 }] } });
    expect(await second.next("queued")).toMatchObject({ position: 1, reason: { kind: "all-busy" } });
    await right.call("stop-donating", { why: "stopped" });
    expect(await first.next("hop-gone")).toMatchObject({ tab: right.id, certain: true });
  });

  test("SG4 signals pass between tabs of one route only, unread", async () => {
    await start();
    const [left, right] = [await at.donor(), await at.donor()];
    const [asker, stranger] = [await at.tab(), await at.tab()];
    expect(await asker.call("relay", { to: left.id, data: "{}" })).toMatchObject({ reason: "no-shared-route" });
    const answer = await asker.ask("test-model", 100);
    if (answer.status !== "ready") throw new Error(answer.status);
    for (const [from, to] of [
      [asker, left],
      [right, asker],
      [left, right],
    ] as const) {
      expect(await from.call("relay", { to: to.id, data: "not even JSON" })).toEqual({ status: "taken" });
      expect(await to.next("relay")).toEqual({ from: from.id, data: "not even JSON" });
    }
    expect(await stranger.call("relay", { to: left.id, data: "x" })).toMatchObject({ reason: "no-shared-route" });
    expect(await asker.call("relay", { to: "a".repeat(32) as TabId, data: "x" })).toMatchObject({
      reason: "no-shared-route",
    });
    expect(await at.metric("potluck_relayed_bytes_total")).toBe(39);
  });

  test("SG6 a donor that falls silent loses its segment and its socket; heartbeats keep it", async () => {
    await start();
    const [left, right] = [await at.donor(), await at.donor()];
    const asker = await at.tab();
    const answer = await asker.ask("test-model", 100);
    if (answer.status !== "ready") throw new Error(answer.status);
    for (let second = 0; second < 5; second++) {
      at.clock.advance(999);
      await right.call("status", { donor: "ready", stepMs: 5, sessions: 1, pace: "steady" });
      await asker.call("status", { donor: "none" });
    }
    // A reason after which socket.io's client connects again by itself.
    expect(await left.closed()).toBe("transport close");
    expect(await asker.next("hop-gone")).toEqual({ session: answer.route.session, tab: left.id, certain: true });
    expect(await at.json("/api/swarm")).toMatchObject({ donors: 1, models: [{ tabsPerLayer: [0, 0, 1, 1] }] });
  });

  test("SG6 a tab whose timers stand still but which answers pings keeps its segment", async () => {
    await start({ limits: { pingMs: 20 } });
    const donor = await at.donor(1e6);
    const pings = (count: number) =>
      new Promise<void>((resolve) => {
        donor.socket.io.engine.on("ping", () => --count === 0 && resolve());
      });
    for (let n = 0; n < 3; n++) {
      at.clock.advance(3000);
      // The second ping is sent after the first was answered.
      await pings(2);
    }
    expect(await at.json("/api/swarm")).toMatchObject({ donors: 1, models: [{ available: true }] });
  });

  test("SG6 a tab that lost its socket comes back as itself with its chats", async () => {
    await start();
    await at.donor(1e6);
    const asker = await at.tab();
    const answer = await asker.ask("test-model", 100);
    if (answer.status !== "ready") throw new Error(answer.status);
    const resume = { tab: asker.id, secret: asker.welcome?.secret ?? "" };
    asker.cut();
    const back = await at.silent().hello(resume);
    expect(back.id).toBe(asker.id);
    expect(await back.call("settle", { session: answer.route.session, state: "idle" })).toEqual({ status: "taken" });
  });

  test("SG6 a newer socket of a tab replaces the older", async () => {
    await start();
    const tab = await at.donor(1e6);
    const resume = { tab: tab.id, secret: tab.welcome?.secret ?? "" };
    const again = await at.silent().hello(resume);
    expect(await tab.closed()).toBe("io server disconnect");
    expect(again.id).toBe(resume.tab);
    expect(await at.json("/api/swarm")).toMatchObject({ tabs: 1, donors: 1, models: [{ available: true }] });
  });

  test("SG6 a page that is closed gives up everything at once", async () => {
    await start();
    const donor = await at.donor(1e6);
    const asker = await at.tab();
    const answer = await asker.ask("test-model", 100);
    donor.close();
    expect(answer.status).toBe("ready");
    expect(await asker.next("hop-gone")).toMatchObject({ tab: donor.id, certain: true });
  });

  test("SG3 a tab over its limit is refused until time has passed", async () => {
    await start({ limits: { tabRate: { perSecond: 1, burst: 3 } } });
    const tab = await at.tab();
    const beat = () => tab.call("status", { donor: "none" });
    expect([(await beat()).status, (await beat()).status]).toEqual(["taken", "taken"]);
    expect(await beat()).toMatchObject({ status: "refused", reason: "rate-limited" });
    at.clock.advance(1000);
    expect(await beat()).toEqual({ status: "taken" });
    expect(await at.metric('potluck_refusals_total{reason="rate-limited"}')).toBe(1);
  });

  test("SG3 tabs of one address share a limit", async () => {
    await start({ limits: { addressRate: { perSecond: 1, burst: 4 } } });
    const [a, b] = [await at.tab(), await at.tab()];
    await a.call("status", { donor: "none" });
    await b.call("status", { donor: "none" });
    expect(await b.call("status", { donor: "none" })).toMatchObject({ reason: "rate-limited" });
  });

  test("SG13 pages of other origins may not connect, unless allowed", async () => {
    await start({ allowedOrigins: ["https://partner.example"] });
    const from = (origin: string) => at.silent({ extraHeaders: { origin } });
    const foreign = from("https://evil.example");
    const error = await new Promise((resolve) => foreign.socket.once("connect_error", resolve));
    expect(error).toBeInstanceOf(Error);
    await from("https://partner.example").hello();
    await from(at.url).hello();
    expect(await at.metric("potluck_tabs")).toBe(2);
  });

  test("SG2 polling works where websockets don't", async () => {
    await start();
    const tab = await at.silent({ transports: ["polling"] }).hello();
    expect(await tab.call("status", { donor: "none" })).toEqual({ status: "taken" });
  });

  test("SG10 nothing that tabs say is logged, and no whole id", async () => {
    await start();
    const donor = await at.donor(1e6);
    const asker = await at.tab();
    const answer = await asker.ask("test-model", 100);
    if (answer.status !== "ready") throw new Error(answer.status);
    await asker.call("relay", { to: donor.id, data: "xylophone-secret" });
    await asker.raw("request-route", { prompt: "xylophone-secret" });
    await asker.raw("xylophone-secret", 1);
    await donor.call("status", { donor: "failed", reason: "xylophone-secret" });
    const written = at.logged.join("") + (await (await fetch(`${at.url}/metrics`)).text());
    expect(at.logged.length).toBeGreaterThan(5);
    for (const secret of ["xylophone", donor.id, asker.id, answer.route.session]) expect(written).not.toContain(secret);
    expect(written).toContain(asker.id.slice(0, 8));
  });

  test("SG11 on shutdown every tab is told and every connection ends, polling and downloads too", async () => {
    await start();
    const tabs = [await at.tab(), await at.silent({ transports: ["polling"] }).hello()];
    const closings = tabs.map((tab) => tab.closed());
    const notices = tabs.map((tab) => tab.next("notice"));
    const { url } = at;
    await at.coordinator.close(1000);
    for (const notice of await Promise.all(notices)) expect(notice).toMatchObject({ kind: "shutting-down" });
    expect(await Promise.all(closings)).not.toContain("io server disconnect");
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test("SG11 SW16 after a restart on the same data a tab keeps its id", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "potluck-signal-"));
    const before = await TestCoordinator.start({ dataDir });
    const tab = await before.tab();
    const resume = { tab: tab.id, secret: tab.welcome?.secret ?? "" };
    await before.coordinator.close(1000);
    await start({ dataDir });
    expect((await at.silent().hello(resume)).id).toBe(resume.tab);
    expect((await at.silent().hello({ ...resume, secret: "0".repeat(64) })).id).not.toBe(resume.tab);
  });

  test("SG7 health, swarm and metrics agree", async () => {
    await start();
    await at.donor();
    const tab = await at.tab();
    await tab.ask("test-model", 100);
    expect(await at.json("/healthz")).toMatchObject({ status: "ok", tabs: 2, ready: 1, queued: 1 });
    expect(await at.json("/api/swarm")).toMatchObject({
      tabs: 2,
      donors: 1,
      queued: 1,
      models: [{ available: false }],
    });
    expect(await at.metric("potluck_tabs")).toBe(2);
    expect(await at.metric('potluck_donors{state="ready"}')).toBe(1);
    expect(await at.metric('potluck_events_total{event="hello",outcome="welcome"}')).toBe(2);
    expect(await at.metric('potluck_events_total{event="request-route",outcome="queued"}')).toBe(1);
  });

  test("SG7 a preview changes nothing", async () => {
    await start();
    const tab = await at.tab();
    const offer = {
      models: [],
      budgetBytes: halfBytes,
      backend: "wasm" as const,
      f16: false,
      cached: [],
      holding: null,
      avoid: [],
      country: null,
    };
    const answer = await tab.call("donate", { ...offer, preview: true });
    expect(answer).toMatchObject({ status: "assigned", segment: { from: 0, to: 2 } });
    expect(await at.json("/api/swarm")).toMatchObject({ donors: 0 });
  });
});
