import type { DeviceReport } from "@potluck/donor";
import type { donate } from "../../i18n/en/donate.ts";
import type { BrowserName, SystemName } from "./browser-name.ts";

/** What a page can see of the device that it runs on. */
export interface DeviceFacts {
  readonly browser: BrowserName;
  readonly system: SystemName;
  readonly isSecure: boolean;
  /** Whether `navigator.gpu` is there. */
  readonly hasGpu: boolean;
  readonly report: DeviceReport;
  readonly hasRtc: boolean;
  /** Null where the page may keep nothing; `isKept` null where the browser does not tell. */
  readonly storage: { readonly isKept: boolean | null; readonly quotaBytes: number } | null;
  readonly hasLocks: boolean;
  readonly hasWakeLock: boolean;
  /** As the browser tells it, rounded and cut off at 8 or so. */
  readonly memoryGb: number | null;
  readonly cores: number;
}

export type Finding = keyof typeof donate.device.finding;
export type Advice = keyof typeof donate.device.advice;

export interface Check {
  readonly name: keyof typeof donate.device.check;
  /** `fail`: nothing can be donated. `warn`: it can, less well. */
  readonly level: "ok" | "warn" | "fail";
  readonly finding: Finding;
  /** What to change; null where nothing has to be, or can be. */
  readonly advice: Advice | null;
  /** For the sentences' places: a name, bytes or a count in `n`, processor cores. */
  readonly values: { readonly name: string; readonly n: number; readonly cores: number };
}

/** Below this a browser keeps hardly one model's layers: so it is in private windows. */
const smallQuotaBytes = 500e6;
const smallMemoryGb = 4;

/** What is well and what is not with this device, and what to change, in the order in which it matters. */
export function judgeDevice(facts: DeviceFacts): readonly Check[] {
  const { report, storage, memoryGb, cores } = facts;
  const check = (
    name: Check["name"],
    level: Check["level"],
    finding: Finding,
    advice: Advice | null = null,
    n = 0,
  ): Check => ({ name, level, finding, advice, values: { name: report.name, n, cores } });

  return [
    facts.isSecure ? check("secure", "ok", "secure") : check("secure", "warn", "insecure", "https"),
    gpu(),
    report.f16
      ? check("f16", "ok", "f16")
      : check("f16", "warn", "noF16", report.backend === "webgpu" ? "f16Driver" : null),
    facts.hasRtc
      ? check("rtc", "ok", "rtc")
      : check("rtc", "fail", "noRtc", facts.browser === "firefox" ? "rtcFirefox" : "rtcOther"),
    kept(),
    facts.hasLocks ? check("locks", "ok", "locks") : check("locks", "warn", "noLocks", newerOrHttps()),
    facts.hasWakeLock
      ? check("wakeLock", "ok", "wakeLock")
      : check("wakeLock", "warn", "noWakeLock", facts.isSecure ? "awake" : "https"),
    memory(),
  ];

  function gpu(): Check {
    if (report.backend === "webgpu") {
      return report.why === null ? check("gpu", "ok", "gpu") : check("gpu", "fail", "gpuNone", gpuAdvice());
    }
    if (report.why === null) return check("gpu", "warn", "cpuAsked", "backend");
    return check("gpu", "warn", facts.hasGpu ? "gpuRefused" : "gpuMissing", gpuAdvice());
  }

  function gpuAdvice(): Advice {
    // Without https no browser has it, whatever its flags.
    if (!facts.isSecure) return "https";
    return facts.hasGpu ? driverAdvice[facts.browser] : missingAdvice(facts);
  }

  function kept(): Check {
    if (storage === null) return check("storage", "warn", "noStorage", "storageBlocked");
    const { isKept, quotaBytes } = storage;
    if (quotaBytes < smallQuotaBytes) return check("storage", "warn", "storageSmall", "storageSpace", quotaBytes);
    return isKept === true
      ? check("storage", "ok", "storageKept", null, quotaBytes)
      : check("storage", "warn", "storageLoose", isKept === null ? null : "keepStorage", quotaBytes);
  }

  function memory(): Check {
    if (memoryGb === null) return check("memory", "ok", "memoryUnknown");
    return memoryGb < smallMemoryGb
      ? check("memory", "warn", "memorySmall", "smallBudget", memoryGb)
      : check("memory", "ok", "memory", null, memoryGb);
  }

  function newerOrHttps(): Advice {
    return facts.isSecure ? "newer" : "https";
  }
}

const driverAdvice: Readonly<Record<BrowserName, Advice>> = {
  chrome: "driverChrome",
  edge: "driverEdge",
  firefox: "driverFirefox",
  safari: "driverSafari",
  other: "driverOther",
};

function missingAdvice({ browser, system }: Pick<DeviceFacts, "browser" | "system">): Advice {
  if (system === "ios") return "gpuIos";
  switch (browser) {
    case "chrome":
      return system === "linux" ? "gpuChromeLinux" : "gpuChrome";
    case "edge":
      return "gpuEdge";
    case "firefox":
      return "gpuFirefox";
    case "safari":
      return "gpuSafari";
    case "other":
      return "gpuOther";
    default:
      return browser satisfies never;
  }
}
