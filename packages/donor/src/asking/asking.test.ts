import { EngineError } from "@potluck/engine";
import { oracleAnswer } from "@potluck/pipeline/testing";
import { refuse, type SwarmView } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { ProblemError } from "../problem.ts";
import {
  ask,
  assigned,
  collect,
  id,
  layerCount,
  makeTab,
  modelId,
  routeThrough,
  servingTab,
  waitFor,
  words,
} from "../testing/make-tab.ts";

const tooLong = refuse(
  "context-too-long",
  "The donors of Oracle 1.5 have memory for chats of 20 tokens, and 64 were asked for. Start a new chat or ask for a shorter answer.",
);

describe("asking", () => {
  test("DN5 goes through its stages to the right text", async () => {
    const { tab, coordinator } = await servingTab();
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
    const { tab, coordinator } = await servingTab();
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
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "queued",
      request,
      position: 2,
      reason,
      waitMs: null,
    });
    const { kinds, text } = await collect(tab, ask("5"), undefined, (event) => {
      if (event.kind !== "queued") return;
      const asked = coordinator.calls.findLast(({ name }) => name === "request-route");
      const { request } = (asked?.payload ?? {}) as { request: never };
      const route = routeThrough(id(1));
      if (event.position === 2)
        coordinator.send("queued", { status: "queued", request, position: 1, reason, waitMs: null });
      else {
        coordinator.send("admit", { route, hop: 0 });
        coordinator.send("route-ready", { status: "ready", request, route, resumed: false, legsMs: [] });
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
      waitMs: null,
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
      waitMs: null,
    });
    const outcome = collect(tab, ask("5")).catch((error: unknown) => error);
    await expect.poll(() => coordinator.calls.length).toBeGreaterThan(0);
    await clock.advance(600_000);
    expect(await outcome).toMatchObject({ problem: { code: "queue-timeout" } });
  });

  test("DN3 DN26 a coordinator that goes while one waits is said after a minute", async () => {
    const { tab, coordinator, clock } = makeTab(assigned);
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "queued",
      request,
      position: 1,
      reason: { kind: "all-busy" },
      waitMs: null,
    });
    const outcome = collect(tab, ask("5"), undefined, () => coordinator.drop()).catch((error: unknown) => error);
    expect(await clock.until(outcome)).toMatchObject({ problem: { code: "server-gone" } });
    expect(clock.now()).toBe(60_000);
  });

  test("DN3 donors that left for good are said, what came before stays, and nothing stays open", async () => {
    const { tab, coordinator, openStreams } = await servingTab();
    const seen: string[] = [];
    const outcome = collect(tab, { ...ask("3 1 4"), maxNewTokens: 60 }, undefined, (event) => {
      if (event.kind !== "text") return;
      seen.push(event.text);
      if (seen.length !== 2) return;
      coordinator.answers["request-route"] = () => refuse("queue-full", "Too many wait.");
      coordinator.send("dismiss", { session: routeThrough(id(1)).session, why: "evicted" });
    });
    await expect(outcome).rejects.toMatchObject({ problem: { code: "refused", what: "Too many wait." } });
    expect(seen.slice(0, 2).join("")).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 2 })));
    expect([...openStreams]).toEqual([]);
  });

  test("DN3 a tab that can't be reached is said", async () => {
    const { tab, coordinator } = makeTab(assigned, undefined, () => Promise.reject(new Error("no way")));
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = ({ request }) => ({
      status: "ready",
      request,
      resumed: false,
      legsMs: [],
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

  test("DN12 an answer longer than the donors can carry is asked for again, shorter, and ends as context-full", async () => {
    const { tab, coordinator } = await servingTab();
    const grant = coordinator.answers["request-route"];
    coordinator.answers["request-route"] = (wish) => (wish.contextTokens > 20 ? tooLong : (grant?.(wish) ?? tooLong));
    const first = await collect(tab, { ...ask("3 1 4"), maxNewTokens: 60 });
    expect(first.events.at(-1)).toMatchObject({ kind: "done", end: "context-full", stats: { answerTokens: 16 } });
    const asked = (): unknown[] =>
      coordinator.calls.flatMap(({ name, payload }) =>
        name === "request-route" ? [(payload as { contextTokens: number }).contextTokens] : [],
      );
    // The model's 64; a half of the 60 wanted and the prompt; the shortest answer and the prompt.
    expect(asked()).toEqual([64, 33, 19]);
  });

  test("DN12 the next message of such a chat asks for what fitted, so that its KV is kept", async () => {
    const { tab, coordinator } = await servingTab();
    const grant = coordinator.answers["request-route"];
    coordinator.answers["request-route"] = (wish) => (wish.contextTokens > 40 ? tooLong : (grant?.(wish) ?? tooLong));
    const first = await collect(tab, { ...ask("3 1 4"), maxNewTokens: 20 });
    expect(first.events.at(-1)).toMatchObject({ end: "context-full", stats: { answerTokens: 16 } });
    const calls = coordinator.calls.length;
    const second = await collect(tab, { ...ask("3 1 4 1"), maxNewTokens: 2 });
    expect(second.events.at(-1)).toMatchObject({ end: "length", stats: { reusedTokens: 3 } });
    const asked = coordinator.calls.slice(calls).filter(({ name }) => name === "request-route");
    expect(asked.map(({ payload }) => payload)).toMatchObject([{ contextTokens: 19, resume: id(77) }]);
  });

  test("DN12 a prompt that the donors can't carry with the shortest answer is told once, with one advice", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    coordinator.answers["request-route"] = () => tooLong;
    await expect(collect(tab, ask("3 1 4"))).rejects.toMatchObject({
      problem: {
        code: "context-full",
        what: "The donors of Oracle 1.5 have memory for chats of 20 tokens, and 64 were asked for.",
        advice: "Start a new chat, or shorten the message.",
      },
    });
    expect(coordinator.calls.filter(({ name }) => name === "request-route")).toHaveLength(1);
  });

  test("DN13 who asks while the tab is offline is answered when trying at once connects it", async () => {
    const { tab, coordinator } = await servingTab();
    coordinator.drop();
    coordinator.onReach = () => coordinator.welcome(id(1));
    const { text } = await collect(tab, ask("3 1 4"));
    expect(text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 6 })));
  });

  test("DN34 a model in this tab that is lost ends its answer at once", async () => {
    const { tab, opened, clock } = makeTab({});
    const outcome = collect(tab, { ...ask("3 1 4", "this-tab"), maxNewTokens: 60 }, undefined, (event) => {
      if (event.kind === "text" && event.answerTokens === 2)
        opened[0]?.runner.lose(new EngineError("device-lost", "gone"));
    });
    await expect(outcome).rejects.toMatchObject({ problem: { code: "hop-failed" } });
    expect(clock.now()).toBe(0);
    // And is loaded again for the next one.
    const { text } = await collect(tab, ask("3 1 4", "this-tab"));
    expect(text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 6 })));
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

  test("DN35 the model in this tab is guessed for too where the coordinator names a draft, and both go together", async () => {
    const draft = { modelId: "small" as typeof modelId, from: 0, to: 2 };
    const model = { id: modelId, draft } as unknown as SwarmView["models"][number];
    const swarm = createStore<SwarmView | null>(() => ({ models: [model] }) as unknown as SwarmView);
    const { tab, opened } = makeTab({}, undefined, undefined, undefined, { swarm });
    const { text } = await collect(tab, ask("3 1 4", "this-tab"));
    expect(text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 6 })));
    expect(opened.map(({ request }) => request.segment.modelId)).toEqual([modelId, "small"]);
    await tab.close();
    expect((await opened[1]?.runner.gone)?.fault).toBe("closed");
  });
});
