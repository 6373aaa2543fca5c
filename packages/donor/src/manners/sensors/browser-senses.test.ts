import { describe, expect, test } from "vitest";
import { type DonationRules, defaultRules } from "../rules.ts";
import { createBrowserSenses, type SensedPage } from "./browser-senses.ts";

function madePage(parts: Partial<SensedPage> = {}) {
  const document = Object.assign(new EventTarget(), { hidden: false });
  const battery = Object.assign(new EventTarget(), { charging: true });
  const network: EventTarget & { saveData?: boolean; effectiveType?: string; downlink?: number } = new EventTarget();
  const locks = { taken: 0, released: 0 };
  const frames: ((ms: number) => void)[] = [];
  const idle = {
    made: 0,
    aborted: 0,
    watch: null as null | (EventTarget & { userState: string; screenState: string }),
  };
  class Idle extends EventTarget {
    static requestPermission = async () => "granted" as const;
    userState = "active";
    screenState = "unlocked";
    start({ signal }: { signal: AbortSignal }) {
      idle.made += 1;
      idle.watch = this;
      signal.addEventListener("abort", () => (idle.aborted += 1));
      return Promise.resolve();
    }
  }
  const page: SensedPage = {
    document,
    isSecure: true,
    battery: async () => battery,
    network,
    idle: Idle as unknown as SensedPage["idle"],
    idlePermission: async () => "granted",
    wakeLock: {
      async request() {
        locks.taken += 1;
        return { release: async () => void (locks.released += 1) };
      },
    },
    nextFrame: (frame) => void frames.push(frame),
    locks: true,
    storage: true,
    ...parts,
  };
  const senses = createBrowserSenses(page);
  let changes = 0;
  senses.onChange(() => (changes += 1));
  const follow = async (rules: Partial<DonationRules> | null) => {
    senses.follow(rules === null ? null : { ...defaultRules, ...rules });
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { document, battery, network, locks, frames, idle, senses, follow, changes: () => changes };
}

describe("senses of a page", () => {
  test("DN36 the battery is watched when a rule asks for it, and a change is told at once", async () => {
    const { senses, battery, follow, changes } = madePage();
    expect(senses.onBattery()).toBeNull();
    await follow({ onlyMains: true });
    expect(senses.onBattery()).toBe(false);
    const before = changes();
    battery.charging = false;
    battery.dispatchEvent(new Event("chargingchange"));
    expect([senses.onBattery(), changes() - before]).toEqual([true, 1]);
  });

  test("DN47 the battery is watched for a hidden page as well; a frame that is not told of it can't tell", async () => {
    const told = madePage();
    await told.follow({ pauseHiddenOnBattery: true });
    expect(told.senses.onBattery()).toBe(false);
    const refused = madePage({ battery: () => Promise.reject(new DOMException("no", "NotAllowedError")) });
    await refused.follow({ pauseHiddenOnBattery: true });
    expect(refused.senses.onBattery()).toBeNull();
  });

  test("DN47 saved data and a slow network are read as the browser tells them now, and a change is told at once", async () => {
    const { senses, network, changes } = madePage();
    expect([senses.savesData(), senses.slowNetwork()]).toEqual([null, null]);
    Object.assign(network, { saveData: true, effectiveType: "3g", downlink: 5 });
    network.dispatchEvent(new Event("change"));
    expect([senses.savesData(), senses.slowNetwork(), changes()]).toEqual([true, true, 1]);
    const none = madePage({ network: null });
    expect([none.senses.savesData(), none.senses.slowNetwork()]).toEqual([null, null]);
    const missing = { kind: "missing", why: "browser" };
    expect(await none.senses.reports()).toMatchObject({ pauseOnSavedData: missing, pauseOnSlowNetwork: missing });
    expect(await senses.reports()).toMatchObject({
      pauseOnSavedData: { kind: "works" },
      pauseOnSlowNetwork: { kind: "works" },
    });
  });

  test("DN36 idleness is watched once it is allowed, and let go of with its rule", async () => {
    const { senses, idle, follow } = madePage();
    await follow({ onlyIdle: true });
    await follow({ onlyIdle: true });
    expect([idle.made, senses.idle()]).toEqual([1, false]);
    if (idle.watch !== null) idle.watch.userState = "idle";
    expect(senses.idle()).toBe(true);
    await follow({});
    expect([idle.aborted, senses.idle()]).toEqual([1, null]);
    const shy = madePage({ idlePermission: async () => "prompt" });
    await shy.follow({ onlyIdle: true });
    expect([shy.idle.made, shy.senses.idle()]).toEqual([0, null]);
  });

  test("DN36 frames are counted only while a rule asks for it", async () => {
    const { senses, frames, follow } = madePage();
    expect(frames).toHaveLength(0);
    await follow({ pauseWhenPageSuffers: true });
    for (let ms = 0; ms < 3000; ms += 90) frames.shift()?.(ms);
    expect(senses.pageSuffers()).toBe(true);
    await follow({});
    frames.shift()?.(4000);
    expect([frames.length, senses.pageSuffers()]).toEqual([0, false]);
  });

  test("DN36 the screen is kept on while donating, also after the page was away", async () => {
    const { document, locks, follow } = madePage();
    await follow({ keepAwake: true });
    expect(locks).toEqual({ taken: 1, released: 0 });
    document.hidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(locks.taken).toBe(1);
    document.hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(locks.taken).toBe(2);
    await follow(null);
    expect(locks.released).toBe(2);
  });

  test("WB55 a rule that this browser can't follow says why not", async () => {
    const { senses } = madePage({ idle: null, battery: null, isSecure: false, idlePermission: async () => "denied" });
    const missing = { kind: "missing", why: "insecure" };
    expect(await senses.reports()).toMatchObject({
      onlyIdle: missing,
      onlyMains: missing,
      keepAwake: { kind: "works" },
    });
    expect(await senses.allowIdle()).toEqual(missing);
    const denied = madePage({ idlePermission: async () => "denied" });
    expect(await denied.senses.reports()).toMatchObject({ onlyIdle: { kind: "denied" } });
    expect(await madePage({ idlePermission: async () => "prompt" }).senses.reports()).toMatchObject({
      onlyIdle: { kind: "ask" },
    });
  });
});
