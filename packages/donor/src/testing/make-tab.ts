/** A tab whose platform is made of fakes, and what tests do with it. */
import { ManualClock, memoryTransportPair, type Transport } from "@potluck/link";
import { createOracleRunner, type OracleRunner } from "@potluck/pipeline/testing";
import type { ModelId, Route, SessionId, SwarmView, TabId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import type { AskEvent, AskRequest } from "../asking/asker.ts";
import { type AssembledTab, assembleTab, type TabParts } from "../assemble-tab.ts";
import { createCachedSegments } from "../donation/cached-segments.ts";
import type { DonationState } from "../donation/donation.ts";
import type { OpenShard, Shards } from "../shards.ts";
import type { Tab } from "../tab.ts";
import { createMemoryVault, type MemoryVault } from "./memory-vault.ts";
import { type Answers, createFakeCoordinator, type FakeCoordinator } from "./fake-coordinator.ts";

export const modelId: ModelId = "oracle" as ModelId;
export const layerCount = 4;
export const id = (n: number): TabId => n.toString(16).padStart(32, "0") as TabId;

interface Opened {
  readonly request: OpenShard;
  readonly runner: OracleRunner;
}

export interface MadeTab {
  readonly tab: AssembledTab;
  /** What the next page of this tab finds; pass it on as a part. */
  readonly vault: MemoryVault;
  readonly coordinator: FakeCoordinator;
  readonly clock: ManualClock;
  readonly opened: readonly Opened[];
  /** Texts that were begun and not finished. */
  readonly openStreams: ReadonlySet<number>;
}

/** A tab whose platform is made of fakes, unless `parts` has something else; text is the ids themselves, words joined by spaces. */
export function makeTab(
  answers: Answers,
  hold?: Promise<void>,
  connect?: () => Promise<Transport>,
  onOpen: (request: OpenShard) => void = () => undefined,
  parts: Partial<TabParts> & { readonly clock?: ManualClock; readonly vault?: MemoryVault } = {},
): MadeTab {
  const { clock = new ManualClock(), vault = createMemoryVault() } = parts;
  const coordinator = createFakeCoordinator(answers);
  const opened: Opened[] = [];
  const kept = new Map<string, string>();
  const openStreams = new Set<number>();
  let streams = 0;
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
    wallMs: () => clock.now(),
    vault,
    shards,
    swarm: createStore<SwarmView | null>(() => null),
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
        stream: async () => {
          openStreams.add(streams);
          const stream = streams++;
          return {
            push: async (token) => `${token} `,
            finish: async () => {
              openStreams.delete(stream);
              return "";
            },
          };
        },
      }),
    },
    ...parts,
  });
  return { tab, vault, coordinator, clock, opened, openStreams };
}

export const assigned: Answers = {
  donate: () => ({
    status: "assigned",
    segment: { modelId, from: 0, to: layerCount },
    weightBytes: 10,
    heldBytes: { segment: 30, draft: 0 },
    kvTokens: 100,
    draft: null,
  }),
};

export function ask(text: string, where: AskRequest["where"] = "swarm", temperature = 0): AskRequest {
  const sampling = { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 1 };
  return { key: "a question", modelId, messages: [{ role: "user", content: text }], maxNewTokens: 6, sampling, where };
}

interface Collected {
  events: AskEvent[];
  kinds: AskEvent["kind"][];
  text: string;
}

export function collect(
  tab: Tab,
  request: AskRequest,
  signal: AbortSignal = new AbortController().signal,
  onEvent: (event: AskEvent) => void = () => undefined,
): Promise<Collected> {
  return gather(tab.asker.ask(request, signal), onEvent);
}

export async function gather(
  stream: AsyncIterable<AskEvent>,
  onEvent: (event: AskEvent) => void = () => undefined,
): Promise<Collected> {
  const events: AskEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    onEvent(event);
  }
  return {
    events,
    kinds: events.map(({ kind }) => kind),
    text: events.flatMap((e) => (e.kind === "text" ? [e.text] : [])).join(""),
  };
}

export const waitFor = (tab: Tab, kind: DonationState["kind"]): Promise<DonationState> =>
  new Promise((resolve) => {
    if (tab.donation.state.getState().kind === kind) resolve(tab.donation.state.getState());
    else tab.donation.state.subscribe((state) => state.kind === kind && resolve(state));
  });

/** A route whose one hop is the asker's own tab, as the coordinator would give it. */
export const routeThrough = (tab: TabId, session: SessionId = id(77) as string as SessionId): Route => ({
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
    return { status: "ready", request, route, resumed: resume === route.session, legsMs: [] };
  };
}

/** A tab with id 1 that holds the whole model and is granted every route through itself. */
export async function servingTab(): Promise<MadeTab> {
  const made = makeTab(assigned);
  made.coordinator.welcome(id(1));
  grantSelf(made.coordinator, id(1));
  made.tab.donation.start(5e6);
  await waitFor(made.tab, "ready");
  return made;
}

export const words = (ids: readonly number[]): string => ids.map((n) => `${n} `).join("");
