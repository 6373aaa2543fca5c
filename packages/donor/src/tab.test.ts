import { EngineError } from "@potluck/engine";
import { ManualClock, memoryTransportPair, type Transport } from "@potluck/link";
import type { ModelId, Route, SessionId, TabId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import { describe, expect, test } from "vitest";
import { createOracleRunner, oracleAnswer, type OracleRunner } from "@potluck/pipeline/testing";
import type { AskEvent, AskRequest } from "./asking/asker.ts";
import { assembleTab } from "./assemble-tab.ts";
import { createCachedSegments } from "./donation/cached-segments.ts";
import type { DonationState } from "./donation/donation.ts";
import { ProblemError } from "./problem.ts";
import type { OpenShard, Shards } from "./shards.ts";
import type { SwarmStatus, Tab } from "./tab.ts";
import { createFakeCoordinator, type Answers, type FakeCoordinator } from "./testing/fake-coordinator.ts";

const modelId = "oracle" as ModelId;
const layerCount = 4;
const id = (n: number): TabId => n.toString(16).padStart(32, "0") as TabId;

interface Opened {
  readonly request: OpenShard;
  readonly runner: OracleRunner;
}

/** A tab whose platform is made of fakes; text is the ids themselves, words joined by spaces. */
function makeTab(
  answers: Answers,
  hold?: Promise<void>,
  connect?: () => Promise<Transport>,
  onOpen: (request: OpenShard) => void = () => undefined,
) {
  const clock = new ManualClock();
  const coordinator = createFakeCoordinator(answers);
  const opened: Opened[] = [];
  const kept = new Map<string, string>();
  const shards: Shards = {
    async open(request) {
      await hold;
      request.signal.throwIfAborted();
      onOpen(request);
      const runner = createOracleRunner(request.segment, { layerCount });
      opened.push({ request, runner });
      return runner;
    },
  };
  const tab = assembleTab({
    coordinator,
    clock,
    shards,
    swarm: createStore<SwarmStatus | null>(() => null),
    cached: createCachedSegments({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, text),
    }),
    device: async () => ({ backend: "wasm", f16: false, name: "CPU", why: null }),
    connect: connect ?? (async () => memoryTransportPair({ clock })[0]),
    texts: {
      open: async () => ({
        encodeChat: async (messages) => messages.flatMap(({ content }) => content.split(" ").map(Number)),
        stopTokens: [],
        maxPositions: 64,
        layerCount,
        vocabSize: 5000,
        frameDtype: "f32",
        stream: async () => ({ push: async (token) => `${token} `, finish: async () => "" }),
      }),
    },
  });
  return { tab, coordinator, clock, opened };
}

const assigned: Answers = {
  donate: () => ({ status: "assigned", segment: { modelId, from: 0, to: layerCount }, weightBytes: 10, kvTokens: 100 }),
};

function ask(text: string, where: AskRequest["where"] = "swarm"): AskRequest {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 1 };
  return { modelId, messages: [{ role: "user", content: text }], maxNewTokens: 6, sampling, where };
}

async function collect(
  tab: Tab,
  request: AskRequest,
  signal = new AbortController().signal,
  onEvent: (event: AskEvent) => void = () => undefined,
) {
  const events: AskEvent[] = [];
  for await (const event of tab.asker.ask(request, signal)) {
    events.push(event);
    onEvent(event);
  }
  return {
    events,
    kinds: events.map(({ kind }) => kind),
    text: events.flatMap((e) => (e.kind === "text" ? [e.text] : [])).join(""),
  };
}

const waitFor = (tab: Tab, kind: DonationState["kind"]): Promise<DonationState> =>
  new Promise((resolve) => {
    if (tab.donation.state.getState().kind === kind) resolve(tab.donation.state.getState());
    else tab.donation.state.subscribe((state) => state.kind === kind && resolve(state));
  });

/** A route whose one hop is the asker's own tab, as the coordinator would give it. */
const routeThrough = (tab: TabId, session = id(77) as string as SessionId): Route => ({
  session,
  modelId,
  epoch: 0,
  asker: tab,
  hops: [{ tab, range: { from: 0, to: layerCount }, standbys: [] }],
  contextTokens: 64,
  frameDtype: "f32",
  leaseMs: 60_000,
});

/** Grants every wish with a route through the tab itself. */
function grantSelf(coordinator: FakeCoordinator, self: TabId): void {
  coordinator.answers["request-route"] = ({ request, resume }) => {
    const route = routeThrough(self);
    coordinator.send("admit", { route, hop: 0 });
    return { status: "ready", request, route, resumed: resume === route.session };
  };
}

const words = (ids: readonly number[]): string => ids.map((n) => `${n} `).join("");

describe("donating", () => {
  test("DN1 nothing is loaded before start, and stop frees everything", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    expect(await tab.donation.preview(5e6)).toEqual({ segment: { modelId, from: 0, to: layerCount }, weightBytes: 10 });
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

describe("asking", () => {
  test("DN5 goes through its stages to the right text", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    grantSelf(coordinator, id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const { kinds, text, events } = await collect(tab, ask("3 1 4"));
    expect(kinds.slice(0, 2)).toEqual(["connecting", "reading"]);
    expect(text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 6 })));
    expect(events.at(-1)).toMatchObject({
      kind: "done",
      end: "length",
      stats: { tabs: 1, answerTokens: 6, promptTokens: 3 },
    });
    expect(coordinator.calls.at(-1)).toMatchObject({ name: "settle", payload: { state: "idle" } });
  });

  test("DN6 the next message asks for its old route and sends only the new tokens", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    grantSelf(coordinator, id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const first = await collect(tab, ask("3 1 4"));
    const longer = `3 1 4 ${first.text.trim()} 9`;
    const second = await collect(tab, ask(longer));
    expect(second.text).toBe(words(oracleAnswer(longer.split(" ").map(Number), layerCount, { count: 6 })));
    expect(coordinator.calls.findLast(({ name }) => name === "request-route")?.payload).toMatchObject({
      resume: id(77),
    });
    expect(second.events.at(-1)).toMatchObject({ stats: { reusedTokens: 8, promptTokens: 10 } });
  });

  test("DN5 a place in the queue is shown, and the route that comes later is used", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const reason = { kind: "all-busy" } as const;
    coordinator.answers["request-route"] = ({ request }) => ({ status: "queued", request, position: 2, reason });
    const { kinds, text } = await collect(tab, ask("5"), undefined, (event) => {
      if (event.kind !== "queued") return;
      const asked = coordinator.calls.findLast(({ name }) => name === "request-route");
      const { request } = (asked?.payload ?? {}) as { request: never };
      const route = routeThrough(id(1));
      if (event.position === 2) coordinator.send("queued", { status: "queued", request, position: 1, reason });
      else {
        coordinator.send("admit", { route, hop: 0 });
        coordinator.send("route-ready", { status: "ready", request, route, resumed: false });
      }
    });
    expect(kinds.slice(0, 3)).toEqual(["queued", "queued", "connecting"]);
    expect(text).toBe(words(oracleAnswer([5], layerCount, { count: 6 })));
  });

  test("DN5 Stop in the queue gives the place up", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "queued",
      request,
      position: 2,
      reason: { kind: "all-busy" },
    });
    const stop = new AbortController();
    const { events } = await collect(tab, ask("5"), stop.signal, () => stop.abort());
    expect(events.at(-1)).toMatchObject({ kind: "done", end: "stopped" });
    expect(coordinator.calls.map(({ name }) => name)).toContain("cancel-route");
  });

  test("DN5 nobody waits in a queue for ever", async () => {
    const { tab, coordinator, clock } = makeTab(assigned);
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "queued",
      request,
      position: 1,
      reason: { kind: "all-busy" },
    });
    const outcome = collect(tab, ask("5")).catch((error: unknown) => error);
    await expect.poll(() => coordinator.calls.length).toBeGreaterThan(0);
    await clock.advance(600_000);
    expect(await outcome).toMatchObject({ problem: { code: "queue-timeout" } });
  });

  test("DN3 DN7 a coordinator that goes while one waits is said", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "queued",
      request,
      position: 1,
      reason: { kind: "all-busy" },
    });
    const outcome = collect(tab, ask("5"), undefined, () => coordinator.drop()).catch((error: unknown) => error);
    expect(await outcome).toMatchObject({ problem: { code: "server-gone" } });
  });

  test("DN3 donors that left are said, and what came before stays", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    grantSelf(coordinator, id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const seen: string[] = [];
    const outcome = collect(tab, { ...ask("3 1 4"), maxNewTokens: 60 }, undefined, (event) => {
      if (event.kind !== "text") return;
      seen.push(event.text);
      if (seen.length === 2) coordinator.send("dismiss", { session: routeThrough(id(1)).session, why: "hop-left" });
    });
    await expect(outcome).rejects.toMatchObject({ problem: { code: "donors-gone" } });
    expect(seen.slice(0, 2).join("")).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 2 })));
  });

  test("DN3 a tab that can't be reached is said", async () => {
    const { tab, coordinator } = makeTab(assigned, undefined, () => Promise.reject(new Error("no way")));
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "ready",
      request,
      resumed: false,
      route: { ...routeThrough(id(9)), asker: id(1) },
    });
    await expect(collect(tab, ask("5"))).rejects.toMatchObject({ problem: { code: "link-failed" } });
  });

  test("DN9 an answer that the model's context cuts short says so, and not that its own length did", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    const prompt = (tokens: number): string => Array.from({ length: tokens }, () => "1").join(" ");
    const ends = [];
    for (const tokens of [62, 8]) {
      const { events } = await collect(tab, ask(prompt(tokens), "this-tab"));
      ends.push(events.flatMap((event) => (event.kind === "done" ? [event.end] : [])));
    }
    expect(ends).toEqual([["context-full"], ["length"]]);
  });

  test("DN9 a prompt without room for an answer is refused before anything is sent", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    const long = Array.from({ length: 64 }, () => "1").join(" ");
    await expect(collect(tab, ask(long))).rejects.toThrow(ProblemError);
    await expect(collect(tab, ask(long))).rejects.toMatchObject({ problem: { code: "context-full" } });
    expect(coordinator.calls.filter(({ name }) => name === "request-route")).toEqual([]);
  });

  test("DN8 this tab answers without a coordinator, and the next message reuses what it has read", async () => {
    const { tab, opened } = makeTab({});
    const first = await collect(tab, ask("3 1 4", "this-tab"));
    expect(first.text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 6 })));
    const longer = `3 1 4 ${first.text.trim()} 9`;
    const second = await collect(tab, ask(longer, "this-tab"));
    expect(second.text).toBe(words(oracleAnswer(longer.split(" ").map(Number), layerCount, { count: 6 })));
    expect(second.events.at(-1)).toMatchObject({ stats: { reusedTokens: 8 } });
    expect(opened).toHaveLength(1);
    tab.asker.endChat();
    await expect.poll(() => opened[0]?.runner.openSessions.size).toBe(0);
  });
});
