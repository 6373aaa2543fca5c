import { type ModelId, type Segment, segmentSchema } from "@potluck/protocol";
import * as v from "valibot";
import { forgivingLocks } from "./forgiving-locks.ts";

/** What of `navigator.locks` is needed; it is shared by all windows of a browser that show this site. */
export interface LockEntry {
  request<T>(name: string, options: LockOptions, work: (lock: Lock | null) => Promise<T> | T): Promise<T>;
  query(): Promise<LockManagerSnapshot>;
}

/** DN40: who of this browser's windows holds what. */
export interface WindowLocks {
  /** What the other windows hold or load for others. */
  siblings(): Promise<readonly Segment[]>;
  /** What any window holds or loads, this one included, of whatever kind. */
  inUse(): Promise<readonly Segment[]>;
  /** Runs `work` while no other window chooses what to hold. Rejects when `signal` aborts before it began. */
  placing<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Holds a segment until what comes back is called, as often as it is called. */
  hold(segment: Segment, signal: AbortSignal): Promise<() => void>;
  /** Resolves when one of these, which siblings held, may be free; rejects when `signal` aborts. */
  freed(segments: readonly Segment[], signal: AbortSignal): Promise<void>;
  /** Holds the name alone; null while another window does. */
  tryHold(name: string): Promise<(() => void) | null>;
}

const placingName = "potluck.placing";
const shardPrefix = "potluck.shard ";

const shardName = ({ modelId, from, to }: Segment): string => `${shardPrefix}${modelId} ${from} ${to}`;
/** A whole model that a window has loaded for itself alone (DN41). */
export const ownModelName = (modelId: ModelId): string => `${ownPrefix}${modelId}`;
const ownPrefix = "potluck.own ";

/** DN42: without Web Locks nobody is a sibling, and nothing waits. */
export const noLocks: WindowLocks = {
  siblings: async () => [],
  inUse: async () => [],
  placing: (work) => work(),
  hold: async () => () => undefined,
  freed: async () => undefined,
  tryHold: async () => () => undefined,
};

/**
 * A shard that is loaded is an exclusive lock of its name; who waits for it asks for a shared one, and so is told from a
 * holder by the mode. A window that crashes lets go like one that closes. Where the browser has locks but allows this page
 * none, as a frame whose storage is blocked, it is as if there were none.
 */
export function createWindowLocks(entry: LockEntry | null): WindowLocks {
  if (entry === null) return noLocks;
  const locks = forgivingLocks(entry);
  /** One lock a name, however often this window holds it: a new start may overlap the end of the last. */
  const own = new Map<string, { readonly lock: Promise<(() => void) | null>; times: number }>();
  /** Let go of by this window, and perhaps still listed. */
  const leaving = new Set<string>();

  const held = async (): Promise<readonly { readonly name: string }[]> => {
    const { held: all = [] } = await locks.query();
    return all.flatMap(({ name, mode }) => (name !== undefined && mode === "exclusive" ? [{ name }] : []));
  };

  /** Resolves once the lock is held, with what lets go of it; null when it was only to be taken at once and is not free. */
  const take = (name: string, options: LockOptions): Promise<(() => void) | null> =>
    new Promise((resolve, reject) => {
      locks
        .request(name, options, (lock) => {
          if (lock === null) return resolve(null);
          return new Promise<void>((release) => {
            resolve(release);
          });
        })
        .catch(reject)
        .finally(() => leaving.delete(name));
    });

  return {
    async siblings() {
      // As it was when the list was made.
      const gone = new Set(leaving);
      return (await held()).flatMap(({ name }) => (own.has(name) || gone.has(name) ? [] : parseShard(name)));
    },
    async inUse() {
      return (await held()).flatMap(({ name }) => [...parseShard(name), ...parseOwn(name)]);
    },
    placing: (work, signal) => locks.request(placingName, { signal }, work),
    async hold(segment, signal) {
      const name = shardName(segment);
      const held = own.get(name) ?? { lock: take(name, { signal }), times: 0 };
      own.set(name, held);
      held.times += 1;
      let isOver = false;
      const release = (): void => {
        if (isOver) return;
        isOver = true;
        held.times -= 1;
        if (held.times > 0) return;
        own.delete(name);
        leaving.add(name);
        void held.lock.then((letGo) => letGo?.());
      };
      await held.lock.catch((error: unknown) => {
        // It was called off; the next who wants it asks anew.
        if (own.get(name) === held) own.delete(name);
        throw error;
      });
      return release;
    },
    async freed(segments, signal) {
      // Whoever held them has gone while they were looked up.
      if (segments.length === 0) return;
      const enough = new AbortController();
      const both = AbortSignal.any([signal, enough.signal]);
      const waits = segments.map((segment) =>
        locks.request(shardName(segment), { mode: "shared", signal: both }, async () => undefined),
      );
      // The first decides; the others are called off, and reject for that alone.
      const all = Promise.race(waits);
      try {
        await all;
      } finally {
        enough.abort();
        await Promise.allSettled(waits);
      }
    },
    tryHold: (name) => take(name, { ifAvailable: true }),
  };
}

function parseShard(name: string): readonly Segment[] {
  if (!name.startsWith(shardPrefix)) return [];
  const [modelId, from, to] = name.slice(shardPrefix.length).split(" ");
  const parsed = v.safeParse(segmentSchema, { modelId, from: Number(from), to: Number(to) });
  return parsed.success ? [parsed.output] : [];
}

/** Which layers does not matter: it is all of them. */
function parseOwn(name: string): readonly Segment[] {
  if (!name.startsWith(ownPrefix)) return [];
  const parsed = v.safeParse(segmentSchema, { modelId: name.slice(ownPrefix.length), from: 0, to: 1 });
  return parsed.success ? [parsed.output] : [];
}
