import type {
  AskEvent,
  AskRequest,
  DonationState,
  Ledger,
  LedgerDay,
  LoadProgress,
  ModelStatus,
  SwarmStatus,
} from "@potluck/donor";
import type { LayerRange, ModelId, TabId } from "@potluck/protocol";
import { longChat } from "./fake-long-chat.ts";
import { createFakeTab, fakeStats, type FakeScript, type FakeStep, type FakeTab, noServing } from "./fake-tab.ts";

/** Situations to look at in development: `?fake=nobody` and so on. */
export const demoModel: ModelStatus = {
  id: "swarm-demo-10m-q4" as ModelId,
  name: "Swarm Demo 10M",
  dtype: "q4",
  layerCount: 12,
  maxPositions: 2048,
  weightBytes: 10_900_000,
  kvBytesPerToken: 12_288,
  smallestBudgetBytes: 2_400_000,
  tabsPerLayer: [2, 2, 2, 2, 1, 1, 1, 1, 3, 3, 3, 3],
  joiningPerLayer: [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0],
  available: true,
  sessions: 2,
  manifestUrl: "/models/swarm-demo-10m-q4/manifest.json",
};

const partModel: ModelStatus = {
  ...demoModel,
  id: "qwen3-0.6b-q4f16" as ModelId,
  name: "Qwen3 0.6B",
  dtype: "q4f16",
  layerCount: 28,
  weightBytes: 560_000_000,
  kvBytesPerToken: 114_688,
  smallestBudgetBytes: 90_000_000,
  maxPositions: 32_768,
  tabsPerLayer: Array.from({ length: 28 }, (_, i) => (i < 14 ? 1 : i < 21 ? 2 : 0)),
  joiningPerLayer: Array.from({ length: 28 }, (_, i) => (i >= 25 ? 1 : 0)),
  available: false,
  sessions: 0,
};

export const demoSwarm: SwarmStatus = { tabs: 9, donors: 7, queued: 0, models: [demoModel, partModel] };

const nobody: ModelStatus = {
  ...demoModel,
  tabsPerLayer: Array.from({ length: 12 }, () => 0),
  joiningPerLayer: Array.from({ length: 12 }, () => 0),
  available: false,
  sessions: 0,
};
export const emptySwarm: SwarmStatus = { tabs: 1, donors: 0, queued: 0, models: [nobody] };

const story =
  'The Lantern\n\nNot far from here, near the attic, there lived a fox called Wei. Wei had a lantern from his grandfather. One day it fell down and broke. Wei hid the parts in a box and told nobody.\n\nBut a friendly monkey said, "Let me help you." Together they glued the parts, and in the evening the lantern shone again.';

/** The text in pieces of about a token. */
export function textSteps(text: string, afterMs = 24): FakeStep<AskEvent>[] {
  const pieces = text.match(/\s*\S{1,5}/g) ?? [];
  return pieces.map((piece, i) => ({ afterMs, event: { kind: "text", text: piece, answerTokens: i + 1, id: i } }));
}

export const done: FakeStep<AskEvent> = { event: { kind: "done", end: "stop-token", stats: fakeStats } };

const segment = { modelId: demoModel.id, from: 4, to: 8 };
const progress = (doneBytes: number, stage: LoadProgress["stage"] = "download"): LoadProgress => ({
  stage,
  doneBytes,
  totalBytes: 3_400_000,
  cachedBytes: 800_000,
  bytesPerSecond: 640_000,
});
const donating: FakeStep<DonationState>[] = [
  ...Array.from({ length: 20 }, (_, i): FakeStep<DonationState> => ({
    afterMs: 250,
    event: { kind: "loading", segment, progress: progress(Math.min(3_400_000, (i + 1) * 180_000)) },
  })),
  { afterMs: 400, event: { kind: "loading", segment, progress: progress(3_400_000, "compile") } },
  { afterMs: 400, event: { kind: "loading", segment, progress: progress(3_400_000, "check") } },
  { afterMs: 400, event: { kind: "ready", segment, stats: { ...noServing, peers: 2 } } },
  {
    afterMs: 1500,
    event: {
      kind: "serving",
      segment,
      stats: {
        tokensServed: 1284,
        sessions: 2,
        answering: 2,
        standingBy: 1,
        peers: 3,
        stepMs: 7.4,
        rttMs: { median: 18.2, worst: 64 },
        slow: null,
      },
    },
  },
];

/** A donor of some weeks, whose days are counted back from when the page is opened. */
function demoLedger(): Ledger {
  const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const given = Array.from({ length: 30 }, (_, back): LedgerDay => {
    const tokens = back % 9 === 7 ? 0 : Math.round(1800 * (1.2 + Math.sin(back * 1.7)));
    return {
      tokens,
      answers: Math.round(tokens / 40),
      seconds: tokens * 3,
      sentBytes: tokens * 2100,
      receivedBytes: tokens * 2300,
    };
  });
  return new Map(given.map((one, back) => [day(back), one]));
}

const lost: LayerRange = { from: 4, to: 8 };
/** A repair as an answer goes through it. */
const repairing: FakeStep<AskEvent>[] = Array.from({ length: 12 }, (_, i) => ({
  afterMs: i === 0 ? 0 : 250,
  event: { kind: "repairing", lost: [lost], done: i * 30, total: 340 },
}));
const repairedDone: FakeStep<AskEvent> = {
  event: {
    kind: "done",
    end: "stop-token",
    stats: {
      ...fakeStats,
      repairs: [
        {
          lost: [{ tab: "fake" as TabId, range: lost, why: "left" }],
          detectMs: 20,
          resumeMs: 1210,
          recomputed: 340,
          waitedMs: 0,
        },
      ],
    },
  },
};
const rest = (from: number): FakeStep<AskEvent>[] => textSteps(story.slice(from));

/** The unfinished answer of `?fake=reload` must itself survive the reload. */
const unfinishedItem = "potluck.fake.unfinished";

const timers = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const happy: FakeScript = {
  swarm: demoSwarm,
  pause: timers,
  donation: donating,
  ledger: demoLedger(),
  cached: [
    { modelId: partModel.id, bytes: 148_000_000, inUse: false },
    { modelId: demoModel.id, bytes: 3_400_000, inUse: true },
  ],
  leavingMs: 4000,
  preview: (budgetBytes) =>
    budgetBytes < demoModel.smallestBudgetBytes
      ? {
          code: "budget-too-small",
          what: "No part of Swarm Demo 10M fits into this budget.",
          advice: "Allow at least 3 MB.",
        }
      : { segment, weightBytes: 3_400_000, heldBytes: { segment: 3_400_000, draft: 0 } },
  answer: ({ where, messages }) => [
    ...(where === "this-tab"
      ? [2, 5, 8, 10.9].map((mb): FakeStep<AskEvent> => ({
          afterMs: 500,
          event: { kind: "loading", progress: { ...progress(mb * 1e6), totalBytes: 10_900_000, cachedBytes: 0 } },
        }))
      : [{ afterMs: 100, event: { kind: "connecting", tabs: 3 } } as const]),
    { afterMs: 300, event: { kind: "reading", promptTokens: 24 } },
    { afterMs: 300, event: { kind: "text", text: "", answerTokens: 0, id: 0 } },
    ...textSteps(messages.length > 2 ? "Your name is Ada." : story),
    done,
  ],
};

const scenarios: Readonly<Record<string, FakeScript>> = {
  nobody: {
    ...happy,
    swarm: emptySwarm,
    answer: (request) =>
      request.where === "this-tab"
        ? happy.answer(request)
        : [
            {
              event: {
                kind: "queued",
                position: 2,
                reason: { kind: "layers-missing", missing: [{ from: 8, to: 12 }] },
              },
            },
            { hold: true },
          ],
  },
  nothing: { ...happy, swarm: { tabs: 1, donors: 0, queued: 0, models: [] } },
  busy: {
    ...happy,
    answer: () => [{ event: { kind: "queued", position: 3, reason: { kind: "all-busy" } } }, { hold: true }],
  },
  slow: {
    ...happy,
    answer: () => [...textSteps(story.slice(0, 160)), { hold: true }],
  },
  repair: {
    ...happy,
    answer: () => [...textSteps(story.slice(0, 160)), ...repairing, ...rest(160), repairedDone],
  },
  wait: {
    ...happy,
    answer: () => [
      ...textSteps(story.slice(0, 160)),
      { event: { kind: "waiting", missing: [lost] } },
      { afterMs: 15_000, event: { kind: "repairing", lost: [lost], done: 0, total: 340 } },
      ...repairing,
      ...rest(160),
      repairedDone,
    ],
  },
  reload: {
    ...happy,
    answer: (request) => {
      sessionStorage.setItem(unfinishedItem, JSON.stringify(request));
      return [...textSteps(story.slice(0, 160)), { hold: true }];
    },
    unfinished: () => JSON.parse(sessionStorage.getItem(unfinishedItem) ?? "null") as AskRequest | null,
    carriedOn: [{ afterMs: 3000, event: { kind: "connecting", tabs: 3 } }, ...textSteps(story, 12), done],
  },
  hidden: {
    ...happy,
    donation: [
      {
        afterMs: 400,
        event: { kind: "ready", segment, stats: { ...noServing, tokensServed: 1284, standingBy: 3, slow: "hidden" } },
      },
    ],
  },
  fail: {
    ...happy,
    answer: () => [
      ...textSteps(story.slice(0, 120)),
      {
        fail: {
          code: "donors-gone",
          what: "The tab that held layers 4–7 left, and nobody else holds them.",
          advice: "Try again in a moment, or run the model in this tab.",
        },
      },
    ],
    donation: [
      {
        afterMs: 400,
        fail: {
          code: "device-lost",
          what: "The graphics card stopped answering.",
          advice: "Close other heavy tabs and start donating again.",
        },
      },
    ],
    device: {
      backend: "wasm",
      f16: false,
      name: "CPU",
      unpacks: { times: 8, mostBytes: 384 * 2 ** 20 },
      why: {
        code: "no-webgpu",
        what: "This browser offers no WebGPU, so the CPU would do the work.",
        advice: "Use a current Chrome, Edge or Safari, or switch hardware acceleration on.",
      },
    },
  },
  pausing: {
    ...happy,
    ledger: new Map(),
    cached: [],
    donation: [
      {
        afterMs: 400,
        event: {
          kind: "paused",
          segment,
          stats: { ...noServing, tokensServed: 1284 },
          reasons: [{ why: "on-battery" }, { why: "schedule", untilMs: Date.now() + 7 * 3_600_000 }],
        },
      },
    ],
    sensors: {
      onlyIdle: { kind: "missing", why: "browser" },
      onlyMains: { kind: "missing", why: "insecure" },
      pauseOnSavedData: { kind: "missing", why: "browser" },
      pauseOnSlowNetwork: { kind: "missing", why: "browser" },
      keepAwake: { kind: "works" },
      dailyCapBytes: { kind: "works" },
      otherWindows: { kind: "works" },
    },
  },
  beside: { ...happy, donation: [{ afterMs: 400, event: { kind: "waiting-for-tab", held: [segment] } }] },
  long: { ...happy, ...longChat(textSteps) },
  offline: {
    ...happy,
    swarm: null,
    connection: {
      kind: "offline",
      problem: {
        code: "server-gone",
        what: "The coordinator does not answer.",
        advice: "This page keeps trying; check your internet connection meanwhile.",
      },
    },
  },
  version: {
    ...happy,
    connection: {
      kind: "offline",
      problem: {
        code: "version-mismatch",
        what: "This page is older than the swarm.",
        advice: "Reload the page to update it.",
      },
    },
  },
};

export function fakeTab(scenario: string): FakeTab {
  return createFakeTab(scenarios[scenario] ?? happy);
}
