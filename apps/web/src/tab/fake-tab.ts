import type {
  AnswerStats,
  AskEvent,
  AskRequest,
  CachedModel,
  Connection,
  DeviceReport,
  DonationPreview,
  DonationRules,
  DonationState,
  Ledger,
  ProbeReport,
  Problem,
  SensorReports,
  ServingStats,
  SwarmStatus,
  Tab,
} from "@potluck/donor";
import type { SwarmView } from "@potluck/protocol";
import { createStore, type StoreApi } from "zustand/vanilla";
import { fakeView } from "./fake-view.ts";
import { PageError } from "./page-error.ts";

/** One thing that the fake does, `afterMs` after the one before. `hold` waits for Stop. */
export type FakeStep<T> = { readonly afterMs?: number } & (
  | { readonly event: T }
  | { readonly fail: Problem }
  | { readonly hold: true }
);

export interface FakeScript {
  readonly connection?: Connection;
  readonly swarm: SwarmStatus | null;
  /** The whole picture; one that fits `swarm` where this is missing. */
  readonly view?: SwarmView;
  /** What an answer goes through. A held answer ends with `stopped` when it is aborted. */
  readonly answer: (request: AskRequest) => readonly FakeStep<AskEvent>[];
  /** What the page before this one left unfinished, and what it goes through when it is carried on. */
  readonly unfinished?: () => AskRequest | null;
  readonly carriedOn?: readonly FakeStep<AskEvent>[];
  readonly donation: readonly FakeStep<DonationState>[];
  /** How long it takes until answers are handed over, or finished. Nothing is handed over where this is missing. */
  readonly leavingMs?: number;
  readonly device?: DeviceReport;
  readonly sensors?: SensorReports;
  readonly probe?: ProbeReport;
  readonly cached?: readonly CachedModel[];
  readonly ledger?: Ledger;
  readonly preview?: (budgetBytes: number) => DonationPreview | Problem;
  /** How time passes: timers on a page, nothing at all in tests. */
  readonly pause: (ms: number) => Promise<void>;
}

/** A Tab that follows a script, and what was asked of it. */
export interface FakeTab extends Tab {
  readonly connection: StoreApi<Connection>;
  readonly swarm: StoreApi<SwarmStatus | null>;
  readonly view: StoreApi<SwarmView | null>;
  readonly asked: readonly AskRequest[];
  readonly rulesSet: readonly DonationRules[];
  readonly chatsEnded: () => number;
}

export const fakeStats = {
  tabs: 3,
  hops: [
    { from: 0, to: 4 },
    { from: 4, to: 8 },
    { from: 8, to: 12 },
  ],
  promptTokens: 24,
  reusedTokens: 0,
  answerTokens: 32,
  knownTokens: 0,
  firstTokenMs: 310,
  tokensPerSecond: 42.1,
  repairs: [],
  laps: { count: 31, totalUs: 0, times: { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 } },
} as const satisfies AnswerStats;

/** Of a donor that has just begun. */
export const noServing: ServingStats = {
  tokensServed: 0,
  sessions: 0,
  answering: 0,
  standingBy: 0,
  peers: 0,
  stepMs: null,
  rttMs: null,
  slow: null,
};

export function createFakeTab(script: FakeScript): FakeTab {
  const connection = createStore<Connection>()(() => script.connection ?? { kind: "online" });
  const swarm = createStore<SwarmStatus | null>()(() => script.swarm);
  const view = createStore<SwarmView | null>()(
    () => script.view ?? (script.swarm === null ? null : fakeView(script.swarm)),
  );
  const state = createStore<DonationState>()(() => ({ kind: "idle" }));
  const ledger = createStore<Ledger>()(() => script.ledger ?? new Map());
  const asked: AskRequest[] = [];
  let chatsEnded = 0;
  let donating = 0;
  const rulesSet: DonationRules[] = [];
  let cached = script.cached ?? [];

  async function* ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<AskEvent> {
    asked.push(request);
    yield* play(script.answer(request), signal);
  }

  async function* play(steps: readonly FakeStep<AskEvent>[], signal: AbortSignal): AsyncGenerator<AskEvent> {
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    for (const step of steps) {
      await Promise.race([script.pause(step.afterMs ?? 0), stopped]);
      if ("hold" in step) await stopped;
      if (signal.aborted) break;
      if ("fail" in step) throw new PageError(step.fail);
      if ("event" in step) yield step.event;
    }
    if (signal.aborted) yield { kind: "done", end: "stopped", stats: fakeStats };
  }

  async function donate(run: number): Promise<void> {
    state.setState({ kind: "joining" }, true);
    for (const step of script.donation) {
      await script.pause(step.afterMs ?? 0);
      if (run !== donating) return;
      if ("event" in step) state.setState(step.event, true);
      if ("fail" in step) state.setState({ kind: "error", problem: step.fail }, true);
    }
  }

  async function leave(kind: "handing-over" | "finishing"): Promise<void> {
    const run = (donating += 1);
    const now = state.getState();
    if (script.leavingMs !== undefined && "stats" in now && now.stats.sessions > 0) {
      state.setState({ kind, segment: now.segment, stats: now.stats }, true);
      await script.pause(script.leavingMs);
    }
    if (run === donating) state.setState({ kind: "idle" }, true);
  }

  return {
    connection,
    swarm,
    view,
    asked,
    rulesSet,
    chatsEnded: () => chatsEnded,
    asker: {
      ask,
      // What ends a chat ends what an earlier page left of it, as in the real one.
      unfinished: async () => (chatsEnded > 0 ? null : (script.unfinished?.() ?? null)),
      carryOn: (signal) => play(script.carriedOn ?? [], signal),
      endChat: () => void (chatsEnded += 1),
    },
    donation: {
      state,
      device: async () => script.device ?? { backend: "webgpu", f16: true, name: "apple metal-3", why: null },
      preview: async (budgetBytes) => {
        const preview = script.preview?.(budgetBytes);
        if (preview === undefined) throw new PageError(nothingToPreview);
        if ("code" in preview) throw new PageError(preview);
        return preview;
      },
      start() {
        const { kind } = state.getState();
        if (kind === "idle" || kind === "error" || kind === "finishing") void donate((donating += 1));
      },
      stop: () => leave("handing-over"),
      finish: () => void leave("finishing"),
      setRules: (rules) => void rulesSet.push(rules),
      pause() {
        const now = state.getState();
        if (now.kind !== "ready" && now.kind !== "serving") return;
        state.setState({ ...now, kind: "paused", reasons: [{ why: "by-person" }] }, true);
      },
      resume() {
        const now = state.getState();
        if (now.kind !== "paused") return;
        const { segment, stats } = now;
        state.setState({ kind: stats.sessions > 0 ? "serving" : "ready", segment, stats }, true);
      },
      sensors: async () => script.sensors ?? allSensors,
      allowIdle: async () => ({ kind: "works" }),
      async probe(onProgress, signal) {
        const report = script.probe ?? fakeProbe;
        for (const done of [0.25, 0.5, 1]) {
          await script.pause(700);
          signal.throwIfAborted();
          onProgress({ testedBytes: report.testedBytes * done, done });
        }
        return report;
      },
      cache: {
        list: async () => cached,
        async remove(modelId) {
          const found = cached.find((model) => model.modelId === modelId);
          if (found === undefined || found.inUse) return false;
          cached = cached.filter((model) => model !== found);
          return true;
        },
      },
      ledger,
    },
    traffic: () => ({ sentBytes: 0, receivedBytes: 0 }),
    close: async () => undefined,
  };
}

const allSensors: SensorReports = {
  onlyIdle: { kind: "works" },
  onlyMains: { kind: "works" },
  pauseOnSavedData: { kind: "works" },
  pauseOnSlowNetwork: { kind: "works" },
  keepAwake: { kind: "works" },
  dailyCapBytes: { kind: "works" },
  otherWindows: { kind: "works" },
};

const fakeProbe: ProbeReport = {
  suggestedBudgetBytes: 1.5e9,
  testedBytes: 2e9,
  memoryGBps: 84,
  backend: "webgpu",
  ms: 2100,
};

const nothingToPreview: Problem = {
  code: "server-gone",
  what: "The coordinator did not answer.",
  advice: "Wait a moment; this page keeps trying.",
};
