export type BrowserName = "chrome" | "edge" | "firefox" | "safari" | "other";
export type SystemName = "windows" | "mac" | "linux" | "android" | "ios" | "other";

/** Which browser and system a `navigator.userAgent` is of, as far as advice depends on it. iPads that call themselves Macs are told by `touchPoints`. */
export function browserName(
  agent: string,
  touchPoints: number,
): { readonly browser: BrowserName; readonly system: SystemName } {
  return { browser: browserOf(agent), system: systemOf(agent, touchPoints) };
}

function browserOf(agent: string): BrowserName {
  if (/\bEdgi?A?(?:OS)?\//u.test(agent)) return "edge";
  if (/\b(?:Firefox|FxiOS)\//u.test(agent)) return "firefox";
  if (/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//u.test(agent)) return "chrome";
  return /\bSafari\//u.test(agent) ? "safari" : "other";
}

function systemOf(agent: string, touchPoints: number): SystemName {
  if (/iPhone|iPad|iPod/u.test(agent)) return "ios";
  if (/Android/u.test(agent)) return "android";
  if (/Macintosh/u.test(agent)) return touchPoints > 1 ? "ios" : "mac";
  if (/Windows/u.test(agent)) return "windows";
  return /Linux|CrOS/u.test(agent) ? "linux" : "other";
}
