import type { Tab, TabOptions } from "@potluck/donor";

/**
 * Where the real swarm is plugged in. The code behind it is loaded after the first paint.
 * `scenario` names a situation of the fake instead; development builds only.
 */
export async function openTab(options: TabOptions, scenario: string | null): Promise<Tab> {
  if (import.meta.env.DEV && scenario !== null) {
    const { fakeTab } = await import("./fake-scenarios.ts");
    return fakeTab(scenario);
  }
  // Until the donor package exports createTab.
  const { fakeTab } = await import("./fake-scenarios.ts");
  void options;
  return fakeTab("nobody");
}
