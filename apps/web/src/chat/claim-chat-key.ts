export interface KeyParts {
  /** Of this browser tab: survives a reload, and is copied when the tab is duplicated. */
  readonly session: Pick<Storage, "getItem" | "setItem">;
  /** Null where the browser has none, as on a page without TLS; then duplicates are not told apart. */
  readonly locks: Pick<LockManager, "request"> | null;
  /** A name that nobody else has. */
  readonly freshKey: () => string;
  /** Aborts when the page that had the key has had time enough to go. */
  readonly patience: AbortSignal;
}

const itemName = "potluck.chat";

/**
 * The key of this browser tab's chat, held until the page closes. A duplicated tab finds the key of the original in use and
 * takes a new one, so that two pages never write into one record.
 */
export async function claimChatKey({ session, locks, freshKey, patience }: KeyParts): Promise<string> {
  const kept = session.getItem(itemName);
  // A reload may be faster than the end of the page before it, so the lock is waited for.
  if (kept !== null && kept !== "" && (locks === null || (await hold(locks, kept, patience)))) return kept;
  const key = freshKey();
  session.setItem(itemName, key);
  if (locks !== null) await hold(locks, key, null);
  return key;
}

function hold(locks: Pick<LockManager, "request">, key: string, patience: AbortSignal | null): Promise<boolean> {
  return new Promise((resolve) => {
    const forGood = (): Promise<never> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    locks
      .request(`${itemName}.${key}`, patience === null ? {} : { signal: patience }, forGood)
      .catch(() => resolve(false));
  });
}
