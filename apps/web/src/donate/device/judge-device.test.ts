import { expect, test } from "vitest";
import { browserName } from "./browser-name.ts";
import { type Check, type DeviceFacts, judgeDevice } from "./judge-device.ts";

const why = { code: "no-webgpu", what: "No.", advice: "Do." } as const;
const fine: DeviceFacts = {
  browser: "chrome",
  system: "linux",
  isSecure: true,
  hasGpu: true,
  report: { backend: "webgpu", f16: true, name: "nvidia", why: null },
  hasRtc: true,
  storage: { isKept: true, quotaBytes: 5e10 },
  hasLocks: true,
  hasWakeLock: true,
  memoryGb: 8,
  cores: 8,
};
const onCpu = { backend: "wasm", f16: false, name: "CPU", why } as const;
const found = (facts: Partial<DeviceFacts>, name: Check["name"]): string => {
  const check = judgeDevice({ ...fine, ...facts }).find((one) => one.name === name);
  return `${check?.level} ${check?.finding} ${check?.advice}`;
};

test("WB56 a device that has all is fine", () => {
  expect(judgeDevice(fine).map(({ level }) => level)).toEqual(Array.from({ length: 8 }, () => "ok"));
});

test.each<[Partial<DeviceFacts>, Check["name"], string]>([
  [{ isSecure: false }, "secure", "warn insecure https"],
  [{ report: onCpu, hasGpu: false }, "gpu", "warn gpuMissing gpuChromeLinux"],
  [{ report: onCpu, hasGpu: false, system: "windows" }, "gpu", "warn gpuMissing gpuChrome"],
  [{ report: onCpu, hasGpu: false, browser: "edge" }, "gpu", "warn gpuMissing gpuEdge"],
  [{ report: onCpu, hasGpu: false, browser: "firefox" }, "gpu", "warn gpuMissing gpuFirefox"],
  [{ report: onCpu, hasGpu: false, browser: "safari", system: "mac" }, "gpu", "warn gpuMissing gpuSafari"],
  [{ report: onCpu, hasGpu: false, system: "ios" }, "gpu", "warn gpuMissing gpuIos"],
  [{ report: onCpu, hasGpu: false, browser: "other" }, "gpu", "warn gpuMissing gpuOther"],
  [{ report: onCpu, hasGpu: false, isSecure: false }, "gpu", "warn gpuMissing https"],
  [{ report: onCpu }, "gpu", "warn gpuRefused driverChrome"],
  [{ report: onCpu, browser: "edge" }, "gpu", "warn gpuRefused driverEdge"],
  [{ report: onCpu, browser: "firefox" }, "gpu", "warn gpuRefused driverFirefox"],
  [{ report: { ...onCpu, backend: "webgpu" }, hasGpu: false }, "gpu", "fail gpuNone gpuChromeLinux"],
  [{ report: { ...onCpu, why: null } }, "gpu", "warn cpuAsked backend"],
  [{ report: { ...fine.report, f16: false } }, "f16", "warn noF16 f16Driver"],
  [{ report: onCpu }, "f16", "warn noF16 null"],
  [{ hasRtc: false }, "rtc", "fail noRtc rtcOther"],
  [{ hasRtc: false, browser: "firefox" }, "rtc", "fail noRtc rtcFirefox"],
  [{ storage: null }, "storage", "warn noStorage storageBlocked"],
  [{ storage: { isKept: false, quotaBytes: 5e10 } }, "storage", "warn storageLoose keepStorage"],
  [{ storage: { isKept: true, quotaBytes: 2e8 } }, "storage", "warn storageSmall storageSpace"],
  [{ hasLocks: false }, "locks", "warn noLocks newer"],
  [{ hasLocks: false, isSecure: false }, "locks", "warn noLocks https"],
  [{ hasWakeLock: false }, "wakeLock", "warn noWakeLock awake"],
  [{ memoryGb: 2 }, "memory", "warn memorySmall smallBudget"],
  [{ memoryGb: null }, "memory", "ok memoryUnknown null"],
])("WB56 %j: %s is told as %s", (facts, name, words) => {
  expect(found(facts, name)).toBe(words);
});

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
test.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    0,
    "chrome",
    "linux",
  ],
  [
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
    5,
    "chrome",
    "android",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0",
    0,
    "edge",
    "windows",
  ],
  ["Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0", 0, "firefox", "windows"],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/26.0 Safari/605.1.15`, 0, "safari", "mac"],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/26.0 Safari/605.1.15`, 5, "safari", "ios"],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${webkit} CriOS/150.0 Mobile/15E148 Safari/604.1`,
    5,
    "chrome",
    "ios",
  ],
  ["curl/8", 0, "other", "other"],
] as const)("WB56 advice is for the browser in use: %s", (agent, touchPoints, browser, system) => {
  expect(browserName(agent, touchPoints)).toEqual({ browser, system });
});
