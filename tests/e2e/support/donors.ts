/** Budgets, in megabytes, that force the demo model into segments: KV for short chats beside each one's weights. */
import { openDonor, type StagePage } from "@potluck/tool/stage";
import type { Browser } from "@playwright/test";

/** A tab with this much takes about a third of the demo model: layers 0–1, 2–6 and 7–11. */
export const thirdMb = 9;
/** A tab with this much takes half of it. */
export const halfMb = 14;
/** What the page suggests for the demo model: two tabs with this much share it, and the first has a draft model beside its layers. */
export const suggestedMb = 15;
/** A layer of each third. */
export const layerOf = { first: 0, middle: 4, last: 11 } as const;
export const modelId = "swarm-demo-10m-q4";

/** Three donors, each in a browser context of its own, one after the other as people come. */
export async function threeDonors(browser: Browser, url: string): Promise<readonly StagePage[]> {
  const donors: StagePage[] = [];
  while (donors.length < 3) donors.push(await openDonor(browser, url, thirdMb));
  return donors;
}

/** One after the other: their traces share files, and one that is being packed fails when another's end still writes to it. */
export async function closeAll(pages: readonly StagePage[]): Promise<void> {
  for (const { context } of pages) await context.close();
}
