/** As much of `navigator.wakeLock` as is needed. */
export interface WakeLockEntry {
  request(kind: "screen"): Promise<{ release(): Promise<void> }>;
}

export interface ScreenLock {
  want(isWanted: boolean): void;
}

/**
 * Keeps the screen on while wanted. The browser lets go of the lock whenever the page is hidden, and refuses it on a low
 * battery: it is asked for again each time the page is seen.
 */
export function createScreenLock(
  entry: WakeLockEntry | null,
  document: Pick<Document, "addEventListener" | "hidden">,
): ScreenLock {
  let isWanted = false;
  let held: Promise<{ release(): Promise<void> } | null> | null = null;

  const letGo = (): void => {
    const was = held;
    held = null;
    void was?.then((lock) => lock?.release()).catch(() => undefined);
  };
  const take = (): void => {
    if (entry === null || !isWanted || document.hidden) return;
    letGo();
    held = entry.request("screen").catch(() => null);
  };
  document.addEventListener("visibilitychange", take);
  return {
    want(next) {
      if (next === isWanted) return;
      isWanted = next;
      if (next) take();
      else letGo();
    },
  };
}
