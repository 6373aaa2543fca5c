import type { LockEntry } from "../sharing/window-locks.ts";

interface Held {
  readonly name: string;
  readonly mode: LockMode;
  readonly window: number;
}
interface Pending extends Held {
  readonly grant: () => void;
}

/** Web Locks of one browser: exclusive and shared, in the order of the requests. Windows share what one of these makes. */
export function createFakeLocks(): { window(): LockEntry & { close(): void }; readonly held: readonly string[] } {
  let held: Held[] = [];
  let pending: Pending[] = [];
  let windows = 0;

  const fits = (wish: Held, before: readonly Held[]): boolean =>
    before.every(({ name, mode }) => name !== wish.name || (mode === "shared" && wish.mode === "shared"));
  const settle = (): void => {
    const wishes = pending;
    for (const wish of wishes) {
      const ahead = pending.slice(0, pending.indexOf(wish));
      if (!fits(wish, held) || !fits(wish, ahead)) continue;
      pending = pending.filter((other) => other !== wish);
      wish.grant();
    }
  };

  const window = (): LockEntry & { close(): void } => {
    const self = windows++;
    const request = async (name: string, options: LockOptions, work: (lock: Lock | null) => unknown) => {
      const { mode = "exclusive", signal, ifAvailable = false } = options;
      signal?.throwIfAborted();
      const lock = { name, mode, window: self };
      if (ifAvailable && !fits(lock, [...held, ...pending])) return await work(null);
      await new Promise<void>((resolve, reject) => {
        const wish: Pending = {
          ...lock,
          grant() {
            held.push(lock);
            resolve();
          },
        };
        signal?.addEventListener("abort", () => {
          if (!pending.includes(wish)) return;
          pending = pending.filter((other) => other !== wish);
          reject(signal.reason);
          settle();
        });
        pending = [...pending, wish];
        settle();
      });
      try {
        return await work(lock);
      } finally {
        held = held.filter((other) => other !== lock);
        settle();
      }
    };
    return {
      request: request as LockEntry["request"],
      query: async () => ({ held: held.map(({ name, mode }) => ({ name, mode })), pending: [] }),
      close() {
        held = held.filter((lock) => lock.window !== self);
        pending = pending.filter((wish) => wish.window !== self);
        settle();
      },
    };
  };
  return {
    window,
    get held() {
      return held.map(({ name }) => name);
    },
  };
}
