const lockName = "potluck.embed";

/**
 * EB9: resolves when this window is the one of its site that lends, with what gives the turn back; a window that closes gives
 * it back as well. At once where the browser has no locks, or allows this frame none. Rejects when `signal` aborts before.
 */
export function takeTurn(locks: Pick<LockManager, "request"> | null, signal: AbortSignal): Promise<() => void> {
  if (locks === null) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    locks
      .request(
        lockName,
        { signal },
        () =>
          new Promise<void>((giveBack) => {
            resolve(giveBack);
          }),
      )
      // A browser that allows the frame no storage allows it no locks either.
      .catch((error: unknown) => (signal.aborted ? reject(error as Error) : resolve(() => undefined)));
  });
}
