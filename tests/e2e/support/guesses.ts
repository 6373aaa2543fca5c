import type { ServingStats } from "@potluck/donor";
import type { Page } from "@playwright/test";
import { expect } from "../coordinator.ts";

type Guesses = NonNullable<ServingStats["speculation"]>;

/** What a donor's page knows of its guesses; null while it serves nothing. */
export async function guessesOf(page: Page): Promise<Guesses | null> {
  return await page.evaluate(() => {
    const state = window.potluckTab?.donation.state.getState();
    return state !== undefined && "stats" in state ? (state.stats.speculation ?? null) : null;
  });
}

/** The draft model comes when the donor serves already. */
export async function waitForDraft(page: Page): Promise<void> {
  await expect.poll(async () => (await guessesOf(page))?.draft).toBe("ready");
}
