import type { Senses } from "../senses.ts";
import { createBrowserSenses, type IdleDetection, type SensedPage } from "./browser-senses.ts";
import type { NetworkInformation } from "./network-information.ts";
import type { WakeLockEntry } from "./wake-lock.ts";

/** The parts of a browser that its types promise everywhere, or know nowhere. */
interface Maybe {
  readonly getBattery?: () => ReturnType<NonNullable<SensedPage["battery"]>>;
  readonly connection?: NetworkInformation;
  readonly wakeLock?: WakeLockEntry;
  readonly locks?: LockManager;
  readonly permissions?: {
    query(what: { name: string }): Promise<{ readonly state: "granted" | "denied" | "prompt" }>;
  };
}

/** The senses of this page. Takes the browser's globals. */
export function pageSenses(storage: Storage | null): Senses {
  const browser: Maybe = navigator;
  const { IdleDetector = null } = globalThis as { readonly IdleDetector?: IdleDetection };
  return createBrowserSenses({
    document,
    isSecure: isSecureContext,
    battery:
      browser.getBattery === undefined ? null : () => browser.getBattery?.() ?? Promise.reject(new Error("gone")),
    network: browser.connection ?? null,
    idle: IdleDetector,
    // A browser that does not know the name asks when it is needed.
    idlePermission: async () =>
      (await browser.permissions?.query({ name: "idle-detection" }).catch(() => null))?.state ?? "prompt",
    wakeLock: browser.wakeLock ?? null,
    nextFrame: (frame) => void requestAnimationFrame(frame),
    locks: browser.locks !== undefined,
    storage: storage !== null,
  });
}
