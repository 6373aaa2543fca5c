import { createStore, del, get, set } from "idb-keyval";
import type { Vault } from "../asking/unfinished.ts";

/** Records by key; may reject where the browser forbids storage. */
export interface RecordStore {
  get(key: string): Promise<unknown>;
  set(key: string, record: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface VaultParts {
  /** The browser's IndexedDB unless told otherwise. */
  readonly store?: RecordStore;
  /** Of this browser tab: survives a reload, and is copied when the tab is duplicated. Null where storage is forbidden. */
  readonly session: Pick<Storage, "getItem" | "setItem"> | null;
  /** Null where the browser has none, as on a page without TLS; then duplicates are not told apart. */
  readonly locks: Pick<LockManager, "request"> | null;
  /** A name that nobody else has. */
  readonly freshKey: () => string;
  /**
   * On a page that is a reload: aborts once the page before it has had time enough to go. Null on every other page: it must
   * not wait, since the next to let go of the key may be the original of a duplicated tab, while it reloads.
   */
  readonly patience: () => AbortSignal | null;
}

const itemName = "potluck.answer";

/**
 * One record for this browser tab, held until the page closes: a duplicated tab finds the original's in use and takes a new
 * one, so that no answer is carried on twice.
 */
export function createBrowserVault({ store = indexedStore(), session, locks, freshKey, patience }: VaultParts): Vault {
  /** Without patience only a lock that is free now. */
  const hold = (key: string): Promise<boolean> =>
    new Promise((resolve) => {
      if (locks === null) return resolve(true);
      const forGood = (lock: Lock | null): Promise<never> | null => {
        resolve(lock !== null);
        return lock === null ? null : new Promise(() => undefined);
      };
      const signal = patience();
      locks
        .request(`${itemName}.${key}`, signal === null ? { ifAvailable: true } : { signal }, forGood)
        .catch(() => resolve(false));
    });

  const claim = async (): Promise<string> => {
    const kept = session?.getItem(itemName) ?? null;
    if (kept !== null && (await hold(kept))) return kept;
    const key = freshKey();
    session?.setItem(itemName, key);
    await hold(key);
    return key;
  };

  let claimed: Promise<string> | null = null;
  const key = (): Promise<string> => (claimed ??= claim());

  return {
    load: async () => store.get(await key()),
    save: async (record) => store.set(await key(), record),
    clear: async () => store.delete(await key()),
  };
}

/** Opened with the first use. */
function indexedStore(): RecordStore {
  let opened: ReturnType<typeof createStore> | null = null;
  const store = (): ReturnType<typeof createStore> => (opened ??= createStore("potluck-answer", "unfinished"));
  return {
    get: async (key) => await get<unknown>(key, store()),
    set: async (key, record) => await set(key, record, store()),
    delete: async (key) => await del(key, store()),
  };
}
