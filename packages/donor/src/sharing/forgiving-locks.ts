import type { LockEntry } from "./window-locks.ts";

/** Locks of which everyone is to be had where the browser has some but allows this page none (DN42). */
export function forgivingLocks(locks: LockEntry): LockEntry {
  return {
    async request(name, options, work) {
      let isGranted = false;
      try {
        return await locks.request(name, options, (lock) => {
          isGranted = true;
          return work(lock);
        });
      } catch (error) {
        // What the work itself throws is its own.
        if (isGranted || !isDenied(error)) throw error;
        return await work({ name, mode: options.mode ?? "exclusive" });
      }
    },
    async query() {
      try {
        return await locks.query();
      } catch (error) {
        if (!isDenied(error)) throw error;
        return {};
      }
    },
  };
}

const isDenied = (error: unknown): boolean => error instanceof DOMException && error.name === "SecurityError";
