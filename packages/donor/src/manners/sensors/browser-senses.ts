import type { DonationRules, SensorReport } from "../rules.ts";
import { nothingAround, type Senses } from "../senses.ts";
import { firstFrames, nextFrames } from "./frame-probe.ts";
import { isSlow, type NetworkInformation } from "./network-information.ts";
import { createScreenLock, type WakeLockEntry } from "./wake-lock.ts";

interface Battery extends EventTarget {
  readonly charging: boolean;
}
interface IdleWatch extends EventTarget {
  readonly userState: "active" | "idle" | null;
  readonly screenState: "locked" | "unlocked" | null;
  start(options: { readonly threshold: number; readonly signal: AbortSignal }): Promise<void>;
}
export interface IdleDetection {
  new (): IdleWatch;
  requestPermission(): Promise<"granted" | "denied">;
}

/** What of a page's globals the sensors take. Null: this browser has no such thing. */
export interface SensedPage {
  readonly document: Pick<Document, "addEventListener" | "hidden">;
  readonly isSecure: boolean;
  readonly battery: (() => Promise<Battery>) | null;
  /** `navigator.connection`. */
  readonly network: NetworkInformation | null;
  readonly idle: IdleDetection | null;
  readonly idlePermission: () => Promise<"granted" | "denied" | "prompt">;
  readonly wakeLock: WakeLockEntry | null;
  /** `requestAnimationFrame`: calls once, before the next frame, with ms since any fixed point. */
  readonly nextFrame: (frame: (ms: number) => void) => void;
  /** Whether what windows share (locks, storage) is there. */
  readonly locks: boolean;
  readonly storage: boolean;
}

/** The least that browsers allow; less would make reading look like absence. */
const idleAfterMs = 60_000;

export function createBrowserSenses(page: SensedPage): Senses {
  const screen = createScreenLock(page.wakeLock, page.document);
  let changed = (): void => undefined;
  let battery: Battery | null = null;
  let batteryAsked = false;
  let idle: { readonly watch: IdleWatch; readonly abort: AbortController } | null = null;
  let frames = firstFrames;
  let watchesFrames = false;
  page.document.addEventListener("visibilitychange", () => changed());
  page.network?.addEventListener("change", () => changed());

  const watchBattery = async (): Promise<void> => {
    if (batteryAsked || page.battery === null) return;
    batteryAsked = true;
    battery = await page.battery().catch(() => null);
    battery?.addEventListener("chargingchange", () => changed());
    changed();
  };

  const watchIdle = async (): Promise<void> => {
    if (idle !== null || page.idle === null || (await page.idlePermission()) !== "granted") return;
    const own = { watch: new page.idle(), abort: new AbortController() };
    idle = own;
    own.watch.addEventListener("change", () => changed());
    try {
      await own.watch.start({ threshold: idleAfterMs, signal: own.abort.signal });
    } catch {
      if (idle === own) idle = null;
    }
    changed();
  };

  const frame = (before: number) => (now: number) => {
    if (!watchesFrames) return;
    const { suffers } = frames;
    frames = nextFrames(frames, now - before);
    if (frames.suffers !== suffers) changed();
    page.nextFrame(frame(now));
  };

  const watchFrames = (wanted: boolean): void => {
    if (wanted === watchesFrames) return;
    watchesFrames = wanted;
    frames = firstFrames;
    // The first gap is from whenever to now: too long to count, or none.
    if (wanted) page.nextFrame((now) => frame(now)(now));
  };

  const have = (thing: unknown): SensorReport =>
    thing !== null && thing !== false
      ? { kind: "works" }
      : { kind: "missing", why: page.isSecure ? "browser" : "insecure" };

  const idleReport = async (): Promise<SensorReport> => {
    if (page.idle === null) return have(null);
    const permission = await page.idlePermission();
    return { kind: permission === "granted" ? "works" : permission === "denied" ? "denied" : "ask" };
  };

  return {
    idle() {
      const state = idle?.watch.userState ?? null;
      return state === null ? null : state === "idle" || idle?.watch.screenState === "locked";
    },
    onBattery: () => (battery === null ? null : !battery.charging),
    hidden: () => page.document.hidden,
    savesData: () => page.network?.saveData ?? null,
    slowNetwork: () => (page.network === null ? null : isSlow(page.network)),
    pageSuffers: () => frames.suffers,
    around: () => nothingAround,
    follow(rules: DonationRules | null) {
      if (rules?.onlyMains === true || rules?.pauseHiddenOnBattery === true) void watchBattery();
      if (rules?.onlyIdle === true) void watchIdle();
      else {
        idle?.abort.abort();
        idle = null;
      }
      watchFrames(rules?.pauseWhenPageSuffers === true);
      screen.want(rules?.keepAwake === true);
    },
    onChange(next) {
      changed = next;
    },
    reports: async () => ({
      onlyIdle: await idleReport(),
      onlyMains: have(page.battery),
      pauseOnSavedData: have(page.network?.saveData !== undefined),
      pauseOnSlowNetwork: have(page.network !== null && isSlow(page.network) !== null),
      keepAwake: have(page.wakeLock),
      dailyCapBytes: have(page.storage),
      otherWindows: have(page.locks),
    }),
    async allowIdle() {
      if (page.idle === null) return have(null);
      const answer = await page.idle.requestPermission().catch(() => "denied" as const);
      return { kind: answer === "granted" ? "works" : "denied" };
    },
  };
}
