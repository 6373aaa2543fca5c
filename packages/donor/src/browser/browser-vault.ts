import { createStore, del, get, set } from "idb-keyval";
import type { Vault } from "../asking/unfinished.ts";

export interface VaultParts {
  /** Of this browser tab: survives a reload, and is copied when the tab is duplicated. Null where storage is forbidden. */
  readonly session: Pick<Storage, "getItem" | "setItem"> | null;
  /** Null where the browser has none, as on a page without TLS; then duplicates are not told apart. */
  readonly locks: Pick<LockManager, "request"> | null;
  readonly freshKey: () => string;
  /** Aborts once the page that had the key has had time enough to go. */
  readonly patience: () => AbortSignal;
}

const itemName = "potluck.answer";

/**
 * One record in IndexedDB for this browser tab, held until the page closes: a duplicated tab finds the original's in use, and
 * takes a new one, so that no answer is carried on twice. Every call rejects where the browser forbids storage.
 */
export function createBrowserVault({ session, locks, freshKey, patience }: VaultParts): Vault {
  const hold = (key: string): Promise<boolean> =>
    new Promise((resolve) => {
      if (locks === null) return resolve(true);
      const forGood = (): Promise<never> => {
        resolve(true);
        return new Promise(() => undefined);
      };
      locks.request(`${itemName}.${key}`, { signal: patience() }, forGood).catch(() => resolve(false));
    });

  const claim = async (): Promise<string> => {
    const kept = session?.getItem(itemName) ?? null;
    // A reload may be faster than the end of the page before it, so the lock is waited for.
    if (kept !== null && (await hold(kept))) return kept;
    const key = freshKey();
    session?.setItem(itemName, key);
    await hold(key);
    return key;
  };

  let opened: Promise<{ readonly key: string; readonly store: ReturnType<typeof createStore> }> | null = null;
  const open = (): NonNullable<typeof opened> =>
    (opened ??= claim().then((key) => ({ key, store: createStore("potluck-answer", "unfinished") })));

  return {
    async load() {
      const { key, store } = await open();
      return await get<unknown>(key, store);
    },
    async save(record) {
      const { key, store } = await open();
      await set(key, record, store);
    },
    async clear() {
      const { key, store } = await open();
      await del(key, store);
    },
  };
}
