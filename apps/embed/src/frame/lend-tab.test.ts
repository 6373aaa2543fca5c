import type { Connection, DonationState, Problem, ServingStats } from "@potluck/donor";
import type { ModelId, Segment } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { type GuestTab, lendTab } from "./lend-tab.ts";

const segment = { modelId: "m" as ModelId, from: 0, to: 2 } as unknown as Segment;
const stats = (tokensServed: number, answering = 0): ServingStats => ({
  tokensServed,
  sessions: answering,
  answering,
  standingBy: 0,
  peers: 1,
  stepMs: null,
  rttMs: null,
  slow: null,
});
const loading = (doneBytes: number, cachedBytes = 0): DonationState => ({
  kind: "loading",
  segment,
  progress: { stage: "download", doneBytes, totalBytes: 100, cachedBytes, bytesPerSecond: 0 },
});

function makeTab() {
  const state = createStore<DonationState>()(() => ({ kind: "joining" }));
  const connection = createStore<Connection>()(() => ({ kind: "online" }));
  const called: unknown[] = [];
  let nowMs = 0;
  const tab: GuestTab = {
    connection,
    traffic: () => ({ sentBytes: 10, receivedBytes: 20 }),
    close: async () => void called.push("close"),
    donation: {
      state,
      pause: () => called.push("pause"),
      resume: () => called.push("resume"),
      stop: async (withinMs) => void called.push(withinMs),
    },
  };
  const lending = lendTab(tab, () => nowMs);
  const be = (next: DonationState, afterMs = 0): void => {
    nowMs += afterMs;
    state.setState(next, true);
  };
  return { lending, be, connection, called };
}

test("EB11 the badge knows what runs", () => {
  const { lending, be } = makeTab();
  const seen: unknown[] = [lending.work.getState()];
  lending.work.subscribe((work) => seen.push(work));
  be(loading(40));
  be({ kind: "ready", segment, stats: stats(0) });
  be({ kind: "serving", segment, stats: stats(5, 1) });
  be({ kind: "paused", segment, stats: stats(5), reasons: [{ why: "out-of-sight" }, { why: "save-data" }] });
  be({ kind: "waiting-for-rules", reasons: [{ why: "slow-network" }] });
  be({ kind: "waiting-for-tab", held: [] });
  expect(seen).toEqual(
    [
      { kind: "starting" },
      { kind: "loading", doneBytes: 40, totalBytes: 100 },
      { kind: "ready" },
      { kind: "serving" },
      { kind: "paused", why: "out-of-sight" },
      { kind: "paused", why: "slow-network" },
      { kind: "waiting" },
    ].map((work) => ({ kind: "working", work })),
  );
});

test("EB16 what is given counts from the beginning, over places that the tab was given anew", () => {
  const { lending, be } = makeTab();
  be(loading(100, 30));
  be({ kind: "ready", segment, stats: stats(0) });
  be({ kind: "serving", segment, stats: stats(8, 1) }, 2000);
  be({ kind: "joining" }, 1000);
  be(loading(50), 5000);
  be({ kind: "ready", segment, stats: stats(2) });
  expect(lending.given()).toEqual({ tokens: 10, seconds: 3, bytes: 30 + 70 + 50 });
});

test("EB16 a consent that is refused ends the work with its reason; a server that is away does not", () => {
  const { lending, connection, be } = makeTab();
  const problem: Problem = { code: "server-gone", what: "Gone.", advice: "Wait." };
  connection.setState({ kind: "offline", problem }, true);
  expect(lending.work.getState().kind).toBe("working");
  connection.setState(
    { kind: "offline", problem: { ...problem, code: "consent", values: { reason: "site-full" } } },
    true,
  );
  be({ kind: "joining" });
  expect(lending.work.getState()).toEqual({ kind: "refused", reason: "site-full" });
});

test("EB16 a donation that failed says its problem", () => {
  const { lending, be } = makeTab();
  const problem: Problem = { code: "out-of-memory", what: "Full.", advice: "Less." };
  be({ kind: "error", problem });
  expect(lending.work.getState()).toEqual({ kind: "failed", problem });
});

test("EB12 Stop gives the donation less than a second, then closes", async () => {
  const { lending, called, be } = makeTab();
  await lending.stop();
  expect(called).toEqual([900, "close"]);
  be({ kind: "ready", segment, stats: stats(0) });
  expect(lending.work.getState()).toEqual({ kind: "working", work: { kind: "starting" } });
});
