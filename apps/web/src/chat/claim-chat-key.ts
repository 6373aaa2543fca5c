export interface KeyParts {
  /** Of this browser tab: survives a reload, and is copied when the tab is duplicated. */
  readonly session: Pick<Storage, "getItem" | "setItem">;
  /** Null where the browser has none, as on a page without TLS; then duplicates are not told apart. */
  readonly locks: Pick<LockManager, "request"> | null;
  /** A name that nobody else has. */
  readonly freshKey: () => string;
  /**
   * Of a page that is a reload: aborts when the page before it has had time enough to go. Null for every other page: it
   * must not wait, since the next to let go of the key may be the original of a duplicated tab, while it reloads.
   */
  readonly patience: AbortSignal | null;
}

const itemName = "potluck.chat";

/**
 * The key of this browser tab's chat, held until the page closes. A duplicated tab finds the key of the original in use and
 * takes a new one, so that two pages never write into one record.
 */
export async function claimChatKey({ session, locks, freshKey, patience }: KeyParts): Promise<string> {
  const kept = session.getItem(itemName);
  if (kept !== null && kept !== "" && (locks === null || (await hold(locks, kept, patience)))) return kept;
  const key = freshKey();
  session.setItem(itemName, key);
  if (locks !== null) await hold(locks, key, null);
  return key;
}

/** Without patience only a lock that is free now. */
function hold(locks: Pick<LockManager, "request">, key: string, patience: AbortSignal | null): Promise<boolean> {
  return new Promise((resolve) => {
    const forGood = (lock: Lock | null): Promise<never> | null => {
      resolve(lock !== null);
      return lock === null ? null : new Promise(() => undefined);
    };
    locks
      .request(`${itemName}.${key}`, patience === null ? { ifAvailable: true } : { signal: patience }, forGood)
      .catch(() => resolve(false));
  });
}
