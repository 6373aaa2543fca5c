/** Budgets, in megabytes, that force the demo model into three segments: KV for short chats beside each one's weights. */
import { openDonor, type StagePage } from "@potluck/tool/stage";
import type { Browser } from "@playwright/test";

const threeBudgetsMb: readonly number[] = [9, 9, 9];
export const modelId = "swarm-demo-10m-q4";

/** Three donors, each in a browser context of its own, one after the other as people come. */
export async function threeDonors(browser: Browser, url: string): Promise<readonly StagePage[]> {
  const donors: StagePage[] = [];
  for (const budgetMb of threeBudgetsMb) donors.push(await openDonor(browser, url, budgetMb));
  return donors;
}

export async function closeAll(pages: readonly StagePage[]): Promise<void> {
  await Promise.all(pages.map(({ context }) => context.close()));
}
