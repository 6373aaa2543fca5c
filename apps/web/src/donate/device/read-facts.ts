import type { DeviceReport } from "@potluck/donor";
import { browserName } from "./browser-name.ts";
import type { DeviceFacts } from "./judge-device.ts";

/** Parts of a browser that its types promise everywhere, or nowhere. */
interface Maybe {
  readonly gpu?: unknown;
  readonly storage?: StorageManager;
  readonly locks?: unknown;
  readonly wakeLock?: unknown;
  readonly deviceMemory?: number;
}

/** Looks at this page's browser. Asks nobody, and never rejects. */
export async function readFacts(report: DeviceReport): Promise<DeviceFacts> {
  const browser = navigator as Maybe;
  return {
    ...browserName(navigator.userAgent, navigator.maxTouchPoints),
    isSecure: isSecureContext,
    hasGpu: browser.gpu !== undefined,
    report,
    hasRtc: "RTCPeerConnection" in globalThis,
    storage: await readStorage(browser.storage),
    hasLocks: browser.locks !== undefined,
    hasWakeLock: browser.wakeLock !== undefined,
    memoryGb: browser.deviceMemory ?? null,
    cores: navigator.hardwareConcurrency,
  };
}

async function readStorage(storage: StorageManager | undefined): Promise<DeviceFacts["storage"]> {
  if (storage === undefined) return null;
  try {
    const { quota = 0 } = await storage.estimate();
    const isKept = "persisted" in storage ? await storage.persisted() : null;
    return { isKept, quotaBytes: quota };
  } catch {
    return null;
  }
}
