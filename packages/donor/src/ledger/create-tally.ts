import type { Clock } from "@potluck/link";
import type { HopHost } from "@potluck/pipeline";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { LoadProgress } from "../donation/donation.ts";
import { localDay } from "../manners/local-time.ts";
import { emptyDay, type Ledger, type LedgerDay, type LedgerDays, sumOf } from "./ledger.ts";

/** Bytes over links since the page was opened. */
interface LinkTraffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface TallyOptions {
  readonly days: LedgerDays;
  readonly clock: Clock;
  /** Ms since 1970. */
  readonly wallMs: () => number;
  readonly traffic: () => LinkTraffic;
  readonly dayOf?: (wallMs: number) => string;
}

/** Counts what this window gives, while it donates (DN39, DN43). */
export interface Tally {
  attend(isDonating: boolean): void;
  /** Another look at the host; the same one again counts only what is new. */
  look(host: Pick<HopHost, "stats">, isServing: boolean): void;
  /** For one load: takes its progress, and counts what came over the network. */
  load(): (progress: LoadProgress) => void;
  /** Now, rather than in a few seconds: the page goes. */
  save(): void;
  /** Over all windows, on this local day. */
  bytesToday(): number;
  readonly ledger: StoreApi<Ledger>;
}

/** How much a crash may lose, and how late another window hears. */
const saveMs = 5000;
/** A device that slept between two looks did not serve meanwhile. */
const longestLookMs = 5000;

export function createTally(options: TallyOptions): Tally {
  const { days, clock, wallMs, traffic, dayOf = localDay } = options;
  const store = createStore<Ledger>(() => new Map());
  const seen = new WeakMap<object, { tokens: number; answers: number }>();
  /** By day, what is not kept yet; at midnight there are two for a moment. */
  let pending = new Map<string, LedgerDay>();
  let isDonating = false;
  let listeners = 0;
  let links = { sentBytes: 0, receivedBytes: 0 };
  let lookedMs: number | null = null;
  let cancel: (() => void) | null = null;

  const count = (more: Partial<LedgerDay>): void => {
    const day = dayOf(wallMs());
    pending.set(day, sumOf(pending.get(day) ?? emptyDay, { ...emptyDay, ...more }));
  };

  const countLinks = (): void => {
    const now = traffic();
    // A tab that became another one counts from nothing again.
    const since = (key: keyof LinkTraffic): number => (now[key] >= links[key] ? now[key] - links[key] : now[key]);
    const more = { sentBytes: since("sentBytes"), receivedBytes: since("receivedBytes") };
    links = { sentBytes: now.sentBytes, receivedBytes: now.receivedBytes };
    if (isDonating && more.sentBytes + more.receivedBytes > 0) count(more);
  };

  const put = (day: string, sum: LedgerDay): void => store.setState(new Map([...store.getState(), [day, sum]]), true);

  const save = async (): Promise<void> => {
    countLinks();
    const now = pending;
    pending = new Map();
    for (const [day, more] of now) put(day, await days.add(day, more));
    // What the other windows counted.
    if (now.size === 0) store.setState(await days.all(), true);
  };

  const tick = (): void => {
    void save();
    cancel = isDonating || listeners > 0 ? clock.after(saveMs, tick) : null;
  };
  const wake = (): void => {
    if (cancel === null) tick();
  };

  const ledger: StoreApi<Ledger> = {
    ...store,
    subscribe(listener) {
      listeners += 1;
      const leave = store.subscribe(listener);
      wake();
      return () => {
        listeners -= 1;
        leave();
      };
    },
  };

  return {
    ledger,
    attend(next) {
      if (next === isDonating) return;
      countLinks();
      isDonating = next;
      lookedMs = null;
      if (next) wake();
      else {
        void save();
        if (listeners > 0) return;
        cancel?.();
        cancel = null;
      }
    },
    look(host, isServing) {
      const { tokens, answers } = host.stats.forOthers;
      const before = seen.get(host) ?? { tokens: 0, answers: 0 };
      seen.set(host, { tokens, answers });
      const now = clock.now();
      const ms = lookedMs === null || !isServing ? 0 : Math.min(now - lookedMs, longestLookMs);
      lookedMs = isServing ? now : null;
      count({ tokens: tokens - before.tokens, answers: answers - before.answers, seconds: ms / 1000 });
    },
    load() {
      let counted = 0;
      return ({ doneBytes, cachedBytes }) => {
        const came = Math.max(counted, doneBytes - cachedBytes);
        if (came > counted) count({ receivedBytes: came - counted });
        counted = came;
      };
    },
    save: () => void save(),
    bytesToday() {
      countLinks();
      const day = dayOf(wallMs());
      const { sentBytes, receivedBytes } = sumOf(store.getState().get(day) ?? emptyDay, pending.get(day) ?? emptyDay);
      return sentBytes + receivedBytes;
    },
  };
}
