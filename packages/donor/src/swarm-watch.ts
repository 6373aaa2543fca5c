/** `GET /api/swarm`, asked again and again while somebody looks. */
import type { Clock } from "@potluck/link";
import { modelIdSchema } from "@potluck/protocol";
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
      manifestUrl: v.string(),
    }),
  ),
});

export interface SwarmWatchOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly fetch: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
}

/** Often enough to feel live, seldom enough to be cheap for the server. */
const everyMs = 2000;

/** Keeps its last value when the coordinator is gone; the connection's state says so elsewhere. */
export function watchSwarm({ url, clock, fetch }: SwarmWatchOptions): StoreApi<SwarmStatus | null> {
  const store = createStore<SwarmStatus | null>(() => null);
  let watchers = 0;
  let stop = (): void => undefined;

  const poll = (): void => {
    const abort = new AbortController();
    let cancelNext = (): void => undefined;
    stop = () => {
      abort.abort();
      cancelNext();
    };
    const ask = async (): Promise<void> => {
      const response = await fetch(url, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(everyMs * 5)]) });
      const parsed = v.safeParse(swarmStatusSchema, await response.json());
      if (parsed.success && !abort.signal.aborted) store.setState(parsed.output, true);
    };
    ask()
      .catch(() => undefined)
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
