import type { Tab, TabOptions } from "@potluck/donor";

/**
 * Where the real swarm is plugged in. The code behind it is loaded after the first paint.
 * `scenario` names a situation of the fake instead; development and bench only.
 */
export async function openTab(options: TabOptions, scenario: string | null): Promise<Tab> {
  if ((import.meta.env.DEV || import.meta.env.MODE === "bench") && scenario !== null) {
    const { fakeTab } = await import("./fake-scenarios.ts");
    return fakeTab(scenario);
  }
  const { createTab } = await import("@potluck/donor/browser");
  const tab = createTab(options);
  // For the console, and for tests that need what no page shows.
  if (new URLSearchParams(globalThis.location.search).has("debug")) Object.assign(globalThis, { potluckTab: tab });
  return tab;
}
