import { EngineError } from "@potluck/engine";
import { loopbackLinks, ManualClock } from "@potluck/link";
import { createDropCounter, createDuty, createHopHost, createSwitchboard } from "@potluck/pipeline";
import { createOracleRunner, type OracleRunner } from "@potluck/pipeline/testing";
import type { Segment } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { assigned, id, layerCount, makeTab, modelId, waitFor } from "../testing/make-tab.ts";
import type { Answers } from "../testing/fake-coordinator.ts";
import type { OpenShard, Shards } from "../shards.ts";
import type { LinkBook } from "../links/link-book.ts";
import { createCachedSegments } from "./cached-segments.ts";
import { type Draft, openDraft } from "./draft.ts";
import { createHosting } from "./hosting.ts";

const draft = { modelId: "small" as Segment["modelId"], from: 0, to: 2 };
const withDraft: Answers = {
  donate: () => ({
    status: "assigned",
    segment: { modelId, from: 0, to: layerCount },
    weightBytes: 10,
    heldBytes: { segment: 30, draft: 5 },
    kvTokens: 100,
    draft,
  }),
};

/** Shards whose draft comes when the test says so, or not at all. */
function shardsWithDraft() {
  const opened: { readonly request: OpenShard; readonly runner: OracleRunner }[] = [];
  let arrive = (): void => undefined;
  let fail: (error: Error) => void = () => undefined;
  const shards: Shards = {
    async open(request) {
      const isDraft = request.segment.modelId === draft.modelId;
      const runner = createOracleRunner(request.segment, { layerCount: isDraft ? draft.to : layerCount });
      opened.push({ request, runner });
      if (isDraft) {
        await new Promise<void>((resolve, reject) => {
          arrive = resolve;
          fail = reject;
          request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
        });
      }
      return runner;
    },
  };
  return { shards, opened, arrive: () => arrive(), fail: (error: Error) => fail(error) };
}

/** A donor whose host tells what would guess for it. */
async function donorWithDraft() {
  const made = shardsWithDraft();
  const kept = new Map<string, string>();
  const cached = createCachedSegments({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
  });
  const { tab, coordinator } = makeTab(withDraft, undefined, undefined, undefined, { shards: made.shards, cached });
  coordinator.welcome(id(1));
  tab.donation.start(5e6);
  await waitFor(tab, "ready");
  const stats = () => {
    const state = tab.donation.state.getState();
    return "stats" in state ? state.stats : null;
  };
  return { ...made, tab, coordinator, cached, stats };
}

describe("a donor's draft", () => {
  test("DN35 is loaded after the donor is ready, with as much KV, and never otherwise", async () => {
    const { opened, coordinator, arrive, cached } = await donorWithDraft();
    expect(coordinator.reports.at(-1)).toBe("ready");
    expect(opened.map(({ request }) => request.segment)).toEqual([{ modelId, from: 0, to: layerCount }, draft]);
    expect(opened[1]?.request).toMatchObject({ kvTokens: 100, backend: "wasm" });
    expect(cached.list()).not.toContainEqual(draft);
    arrive();
    await expect.poll(() => cached.list()).toContainEqual(draft);

    const plain = makeTab(assigned);
    plain.coordinator.welcome(id(1));
    plain.tab.donation.start(5e6);
    await waitFor(plain.tab, "ready");
    expect(plain.opened).toHaveLength(1);
  });

  test("SD10 a draft that does not load, or is lost, leaves the donation as it is", async () => {
    const first = await donorWithDraft();
    first.fail(new EngineError("weights-unreachable", "offline"));
    await expect.poll(() => first.opened[1]?.request.signal.aborted).toBe(false);
    expect(first.tab.donation.state.getState().kind).toBe("ready");

    const second = await donorWithDraft();
    second.arrive();
    await expect.poll(() => second.cached.list()).toContainEqual(draft);
    second.opened[1]?.runner.lose(new EngineError("device-lost", "gone"));
    await second.opened[1]?.runner.gone;
    expect(second.tab.donation.state.getState().kind).toBe("ready");
    expect(second.coordinator.reports.at(-1)).toBe("ready");
  });

  test.each(["stop", "close", "finish"] as const)("DN35 %s frees the draft too", async (how) => {
    const { tab, opened, arrive, cached } = await donorWithDraft();
    arrive();
    await expect.poll(() => cached.list()).toContainEqual(draft);
    if (how === "finish") tab.donation.finish();
    else await (how === "stop" ? tab.donation.stop() : tab.close());
    expect((await opened[1]?.runner.gone)?.fault).toBe("closed");
  });

  test("DN35 stop while the draft loads gives it up", async () => {
    const { tab, opened } = await donorWithDraft();
    await tab.donation.stop();
    expect(opened[1]?.request.signal.aborted).toBe(true);
    expect(tab.donation.state.getState()).toEqual({ kind: "idle" });
  });

  test("SD10 it guesses while it is there: not while it loads, not once it is lost", async () => {
    const runner = createOracleRunner(draft, { layerCount: 2 });
    let ready = (): void => undefined;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const opened = openDraft({ open: async () => runner }, { segment: draft, kvTokens: 9, backend: "wasm" }, ready);
    expect([opened.state, opened.runner()]).toEqual(["loading", null]);
    await isReady;
    expect([opened.state, opened.runner()]).toEqual(["ready", runner]);
    runner.lose(new EngineError("device-lost", "gone"));
    await runner.gone;
    expect([opened.state, opened.runner()]).toEqual(["failed", null]);
    await opened.close();
  });

  test("DN35 a draft that comes in spite of its end is closed", async () => {
    const runner = createOracleRunner(draft, { layerCount: 2 });
    let arrive = (): void => undefined;
    const late = new Promise<void>((resolve) => (arrive = resolve));
    const shards: Shards = { open: () => late.then(() => runner) };
    const opened = openDraft(shards, { segment: draft, kvTokens: 9, backend: "wasm" });
    const closed = opened.close();
    arrive();
    await closed;
    expect([opened.state, opened.runner(), (await runner.gone).fault]).toEqual(["closed", null, "closed"]);
  });

  test("DN35 the hop is asked for it anew each time", async () => {
    const clock = new ManualClock();
    const drops = createDropCounter();
    const [loopback] = loopbackLinks(id(1));
    const links = { self: id(1), link: async () => loopback, silentMs: () => 0, open: [] } as unknown as LinkBook;
    let held: Draft | null = null;
    let ask = (): unknown => undefined;
    const { host } = createHosting({
      shard: createOracleRunner({ from: 0, to: layerCount }, { layerCount }),
      draft: () => held,
      links,
      board: createSwitchboard(drops, clock),
      drops,
      clock,
      hidden: () => false,
      duty: createDuty(clock),
      report: () => undefined,
      openHost(options) {
        const { draftRunner } = options as { readonly draftRunner?: () => unknown };
        ask = () => draftRunner?.();
        return createHopHost(options);
      },
    });
    expect(ask()).toBeNull();
    const runner = createOracleRunner(draft, { layerCount: 2 });
    held = { state: "ready", runner: () => runner, close: async () => undefined };
    const asked = ask();
    expect(asked).toMatchObject({ range: runner.range, gone: runner.gone });
    // What has been guessed with it so far belongs to this one.
    expect(ask()).toBe(asked);
    host.close();
  });

  test("DN35 the page put aside keeps it, and takes it up again without loading", async () => {
    const { tab, coordinator, opened, arrive, cached } = await donorWithDraft();
    arrive();
    await expect.poll(() => cached.list()).toContainEqual(draft);
    tab.hide();
    coordinator.drop();
    tab.show();
    coordinator.welcome(id(1));
    await expect.poll(() => coordinator.reports.at(-1)).toBe("ready");
    expect(opened).toHaveLength(2);
  });
});
