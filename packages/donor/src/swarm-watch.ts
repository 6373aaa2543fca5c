/** `GET /api/swarm`, asked again and again while somebody looks. */
import type { Clock } from "@potluck/link";
import { modelIdSchema, segmentSchema } from "@potluck/protocol";
import type { SwarmStatus } from "@potluck/swarm";
import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";

const count = v.pipe(v.number(), v.minValue(0));

const swarmStatusSchema: v.GenericSchema<unknown, SwarmStatus> = v.object({
  tabs: count,
  donors: count,
  queued: count,
  models: v.array(
    v.object({
      id: modelIdSchema,
      name: v.string(),
      dtype: v.string(),
      layerCount: count,
      maxPositions: count,
      weightBytes: count,
      kvBytesPerToken: count,
      smallestBudgetBytes: count,
      tabsPerLayer: v.array(count),
      joiningPerLayer: v.array(count),
      available: v.boolean(),
      sessions: count,
      draft: v.optional(segmentSchema),
      manifestUrl: v.string(),
    }),
  ),
});

export interface SwarmWatchOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Where the last models are remembered; null where the browser allows none. */
  readonly storage: Pick<Storage, "getItem" | "setItem"> | null;
  readonly fetch: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
}

/** Often enough to feel live, seldom enough to be cheap for the server. */
const everyMs = 2000;

const key = "potluck.models";

/**
 * Keeps its last value when the coordinator is gone, and takes the remembered models when it had none yet; the connection's
 * state says so elsewhere.
 */
export function watchSwarm({ url, clock, fetch, storage }: SwarmWatchOptions): StoreApi<SwarmStatus | null> {
  const store = createStore<SwarmStatus | null>(() => null);
  let watchers = 0;
  let stop = (): void => undefined;
  let kept = "";

  const remember = (status: SwarmStatus): void => {
    const text = JSON.stringify(unserved(status));
    // Most answers bring the same models.
    if (text === kept) return;
    kept = text;
    try {
      storage?.setItem(key, text);
    } catch {
      // A full or forbidden storage only costs the list while the server is away.
    }
  };
  const recall = (): SwarmStatus | null => {
    try {
      const parsed = v.safeParse(swarmStatusSchema, JSON.parse(storage?.getItem(key) ?? "null"));
      return parsed.success ? unserved(parsed.output) : null;
    } catch {
      return null;
    }
  };

  const poll = (): void => {
    const abort = new AbortController();
    let cancelNext = (): void => undefined;
    stop = () => {
      abort.abort();
      cancelNext();
    };
    const ask = async (): Promise<void> => {
      const response = await fetch(url, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(everyMs * 5)]) });
      const status = v.parse(swarmStatusSchema, await response.json());
      if (abort.signal.aborted) return;
      remember(status);
      store.setState(status, true);
    };
    ask()
      .catch(() => {
        if (!abort.signal.aborted && store.getState() === null) store.setState(recall(), true);
      })
      .finally(() => {
        if (!abort.signal.aborted) cancelNext = clock.after(everyMs, poll);
      });
  };

  return {
    ...store,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      watchers += 1;
      if (watchers === 1) poll();
      return () => {
        unsubscribe();
        watchers -= 1;
        if (watchers === 0) stop();
      };
    },
  };
}

/** What of a status still holds when nobody can be asked: the models, without who serves them. */
function unserved({ models }: SwarmStatus): SwarmStatus {
  return {
    tabs: 0,
    donors: 0,
    queued: 0,
    models: models.map((model) => ({
      ...model,
      tabsPerLayer: model.tabsPerLayer.map(() => 0),
      joiningPerLayer: model.joiningPerLayer.map(() => 0),
      available: false,
      sessions: 0,
    })),
  };
}
