/** The tab of a real page. The one place of this package that takes the browser's globals. */
import { deviceReport, openShardInWorker } from "@potluck/engine/browser";
import { systemClock } from "@potluck/link";
import { connectPeer } from "@potluck/link/rtc";
import { assembleTab } from "../assemble-tab.ts";
import { connectCoordinator } from "../coordinator/coordinator.ts";
import { createCachedSegments } from "../donation/cached-segments.ts";
import { watchSwarm } from "../swarm-watch.ts";
import type { Tab, TabOptions } from "../tab.ts";
import { createBrowserTexts } from "./browser-texts.ts";
import { createBrowserShards } from "./browser-shards.ts";

export function createTab({ coordinatorUrl, backend }: TabOptions): Tab {
  const manifestUrl = (modelId: string): string => new URL(`/models/${modelId}/manifest.json`, coordinatorUrl).href;
  const storage = storageOrNull();
  const tab = assembleTab({
    coordinator: connectCoordinator(coordinatorUrl, systemClock),
    swarm: watchSwarm({
      url: new URL("/api/swarm", coordinatorUrl).href,
      clock: systemClock,
      storage,
      fetch: (url, init) => globalThis.fetch(url, init),
    }),
    shards: createBrowserShards(openShardInWorker, manifestUrl),
    texts: createBrowserTexts(manifestUrl),
    clock: systemClock,
    cached: createCachedSegments(storage),
    device: () => deviceReport(backend === "auto" ? null : backend),
    connect: connectPeer,
  });
  // A page that closes says goodbye, so that nobody is routed through it or holds KV for it. One that is only put aside
  // (`persisted`) may come back.
  globalThis.addEventListener("pagehide", ({ persisted }) => {
    if (!persisted) tab.close().catch(() => undefined);
  });
  return tab;
}

/** Reading `localStorage` throws where storage is forbidden. */
function storageOrNull(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
