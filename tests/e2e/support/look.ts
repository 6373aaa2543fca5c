import type { Page } from "@playwright/test";

/** A picture of what the person sees, for whoever wants to look; beside the results of the run. */
export async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/states/${name}.png` });
}
