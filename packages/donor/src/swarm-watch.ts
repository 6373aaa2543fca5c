/** What is known of the swarm while somebody looks: pushed by the coordinator, else asked for with `GET /api/swarm`. */
import type { Clock } from "@potluck/link";
import { type SwarmView, swarmViewSchema } from "@potluck/protocol";
import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import { followSwarm, type SwarmFeedOptions } from "./swarm-feed.ts";

export interface SwarmWatchOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Where the last models are remembered; null where the browser allows none. */
  readonly storage: Pick<Storage, "getItem" | "setItem"> | null;
  readonly fetch: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
  /** Who pushes. */
  readonly coordinator: SwarmFeedOptions["coordinator"];
  /** Whether the page can be seen, and when that changes. */
  readonly page: {
    readonly isVisible: () => boolean;
    readonly onChange: (changed: () => void) => void;
  };
}

/** Often enough to feel live, seldom enough to be cheap for the server. */
const everyMs = 2000;

const key = "potluck.models";

/**
 * Looks while somebody is subscribed and the page can be seen. Asks until the coordinator pushes, and again whenever it does
 * not. Keeps its last value when nobody can be asked, and takes the remembered models when it had none yet; the connection's
 * state says so elsewhere.
 */
export function watchSwarm(options: SwarmWatchOptions): StoreApi<SwarmView | null> {
  const { url, clock, fetch, storage, coordinator, page } = options;
  const store = createStore<SwarmView | null>(() => null);
  let subscribers = 0;
  let stop: (() => void) | null = null;
  let kept = "";

  const show = (view: SwarmView): void => {
    remember(view);
    store.setState(view, true);
  };
  const remember = (view: SwarmView): void => {
    const text = JSON.stringify(unserved(view));
    // Most answers bring the same models.
    if (text === kept) return;
    kept = text;
    try {
      storage?.setItem(key, text);
    } catch {
      // A full or forbidden storage only costs the list while the server is away.
    }
  };
  const recall = (): SwarmView | null => {
    try {
      const parsed = v.safeParse(swarmViewSchema, JSON.parse(storage?.getItem(key) ?? "null"));
      return parsed.success ? unserved(parsed.output) : null;
    } catch {
      return null;
    }
  };

  /** Asks now, and again and again until the returned function is called. */
  const poll = (): (() => void) => {
    const abort = new AbortController();
    let cancelNext = (): void => undefined;
    const ask = async (): Promise<void> => {
      const response = await fetch(url, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(everyMs * 5)]) });
      const view = v.parse(swarmViewSchema, await response.json());
      if (!abort.signal.aborted) show(view);
    };
    const again = (): void => {
      ask()
        .catch(() => {
          if (!abort.signal.aborted && store.getState() === null) store.setState(recall(), true);
        })
        .finally(() => {
          if (!abort.signal.aborted) cancelNext = clock.after(everyMs, again);
        });
    };
    again();
    return () => {
      abort.abort();
      cancelNext();
    };
  };

  const look = (): (() => void) => {
    let stopPolling: (() => void) | null = poll();
    const stopFollowing = followSwarm({
      coordinator,
      clock,
      onView(view) {
        stopPolling?.();
        stopPolling = null;
        show(view);
      },
      onLost: () => (stopPolling ??= poll()),
    });
    return () => {
      stopFollowing();
      stopPolling?.();
    };
  };

  const update = (): void => {
    const isWanted = subscribers > 0 && page.isVisible();
    if (isWanted === (stop !== null)) return;
    stop?.();
    stop = isWanted ? look() : null;
  };
  page.onChange(update);

  return {
    ...store,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      subscribers += 1;
      update();
      return () => {
        unsubscribe();
        subscribers -= 1;
        update();
      };
    },
  };
}

/** What of a picture still holds when nobody can be asked: the models, without who serves them. */
function unserved({ models }: SwarmView): SwarmView {
  return {
    tabs: 0,
    donors: 0,
    queued: 0,
    nodesInAll: 0,
    nodes: [],
    links: [],
    countries: [],
    models: models.map((model) => {
      const none = model.tabsPerLayer.map(() => 0);
      return {
        ...model,
        tabsPerLayer: none,
        joiningPerLayer: none,
        unreachablePerLayer: none,
        standbyPerLayer: none,
        available: false,
        sessions: 0,
        standbys: 0,
        queued: 0,
        answersPerMinute: 0,
        tokensPerSecond: 0,
      };
    }),
  };
}
