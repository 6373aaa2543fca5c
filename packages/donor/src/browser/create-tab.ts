/** The tab of a real page. The one place of this package that takes the browser's globals. */
import { deviceReport, openShardInWorker, probeMemory } from "@potluck/engine/browser";
import { systemClock } from "@potluck/link";
import { fetchManifest } from "@potluck/model";
import { browserPieceStore } from "@potluck/model/browser";
import { createHopHost } from "@potluck/pipeline";
import { randomId } from "@potluck/protocol";
import { connectPeer } from "@potluck/link/rtc";
import { assembleTab } from "../assemble-tab.ts";
import { connectCoordinator } from "../coordinator/coordinator.ts";
import { createCachedSegments } from "../donation/cached-segments.ts";
import { createModelCache } from "../donation/model-cache.ts";
import { indexedDays } from "../ledger/indexed-days.ts";
import { pageSenses } from "../manners/sensors/page-senses.ts";
import { createWindowLocks } from "../sharing/window-locks.ts";
import { watchSwarm } from "../swarm-watch.ts";
import type { ModelStatus, Tab, TabOptions } from "../tab.ts";
import { createBrowserTexts } from "./browser-texts.ts";
import { createBrowserShards } from "./browser-shards.ts";
import { createBrowserVault } from "./browser-vault.ts";
import { followPage } from "./follow-page.ts";
import { tabWays } from "./tab-ways.ts";
import { createWorkerClock, startTimerWorker } from "./worker-clock.ts";

/** A page that has gone may hold its locks a little longer than its successor needs to start. */
const lockPatienceMs = 3_000;

export function createTab(options: TabOptions): Tab {
  const { coordinatorUrl, backend, speculation = true } = options;
  const manifestUrl = (modelId: string): string => new URL(`/models/${modelId}/manifest.json`, coordinatorUrl).href;
  const storage = storageOrNull("localStorage");
  const clock = createWorkerClock(systemClock, startTimerWorker);
  const { identity, consent, session, senses, powerPreference, connect } = tabWays(options, {
    session: storageOrNull("sessionStorage"),
    senses: pageSenses(storage),
    connect: connectPeer,
  });
  const coordinator = connectCoordinator(coordinatorUrl, clock, identity, consent);
  const cached = createCachedSegments(storage);
  const windows = createWindowLocks(globalThis.navigator.locks ?? null);
  const models = (): readonly ModelStatus[] => tab.swarm.getState()?.models ?? [];
  const tab = assembleTab({
    coordinator,
    swarm: watchSwarm({
      url: new URL("/api/swarm", coordinatorUrl).href,
      clock: systemClock,
      storage,
      fetch: (url, init) => globalThis.fetch(url, init),
      coordinator,
      page: {
        isVisible: () => !globalThis.document.hidden,
        onChange: (changed) => globalThis.document.addEventListener("visibilitychange", changed),
      },
    }),
    shards: createBrowserShards(openShardInWorker, manifestUrl, powerPreference),
    texts: createBrowserTexts(manifestUrl),
    clock,
    wallMs: () => Date.now(),
    vault: createBrowserVault({
      session,
      locks: globalThis.navigator.locks ?? null,
      freshKey: randomId,
      patience: () => (isReload() ? AbortSignal.timeout(lockPatienceMs) : null),
    }),
    senses,
    windows,
    channel: typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("potluck.windows"),
    days: indexedDays(),
    cache: createModelCache({
      store: () => browserPieceStore(),
      manifest: async (modelId) => await fetchManifest(manifestUrl(modelId), { store: await browserPieceStore() }),
      known: () => models().flatMap(({ id, draft }) => (draft === undefined ? [id] : [id, draft.modelId])),
      draftOf: (modelId) => models().find(({ id }) => id === modelId)?.draft ?? null,
      cached,
      windows,
    }),
    measureMemory: (how) => probeMemory({ ...how, powerPreference }),
    cached,
    device: () => deviceReport(backend === "auto" ? null : backend, undefined, powerPreference),
    connect,
    openHost: (options) => createHopHost({ ...options, speculation }),
  });
  followPage({ window: globalThis, document: globalThis.document }, tab);
  return tab;
}

/** A duplicated tab is told as a navigation, or in some browsers as one back in the history: neither is a reload. */
function isReload(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  return (navigation as PerformanceNavigationTiming | undefined)?.type === "reload";
}

/** Reading these throws where storage is forbidden. */
function storageOrNull(which: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return globalThis[which];
  } catch {
    return null;
  }
}
