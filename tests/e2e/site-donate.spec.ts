/** A donor's evening on the real build: start, rules, pauses, an answer for somebody else, leaving, and what stays. */
import { openPage } from "@potluck/tool/stage";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";
import { closeAll } from "./support/donors.ts";

/** Holds the whole demo model. */
const wholeMb = 60;
const sizes = [
  ["desktop", 1280, 800],
  ["phone", 360, 740],
] as const;

const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const box = (page: Page, name: string): Locator => page.getByRole("checkbox", { name, exact: true });
const donation = (page: Page): Locator => page.getByRole("status", { name: "Donation", exact: true });
const region = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const answers = (page: Page): Locator => page.getByRole("article").and(page.locator('[data-role="assistant"]'));

for (const [size, width, height] of sizes) {
  test(`PT3 WB53 WB54 WB55 WB57 WB58 a donor's evening (${size})`, async ({ browser, coordinator }) => {
    const donor = await openPage(browser, coordinator.url, "/donate");
    const { page } = donor;
    await page.setViewportSize({ width, height });
    await page.getByRole("spinbutton", { name: "Memory budget (MB)" }).fill(String(wholeMb));
    await expect(donation(page)).toHaveAttribute("data-state", "idle");
    await expect(region(page, "Kept on this device")).toContainText("Nothing is kept yet.");
    await button(page, "Start donating").click();
    await expect(donation(page)).toHaveAttribute("data-state", "ready");

    await button(page, "Pause").click();
    await expect(donation(page)).toHaveAttribute("data-state", "paused");
    await expect(donation(page)).toContainText("You paused it.");
    await button(page, "Resume").click();
    await expect(donation(page)).toHaveAttribute("data-state", "ready");

    // Rules count at once: one that stands in the way pauses, and its end goes on.
    await page.getByRole("slider", { name: "Share of the time" }).fill("50");
    await expect(page.getByText("at most 50 % of the time")).toBeVisible();
    await box(page, "Only at certain times").check();
    const minute = new Date(Date.now() + 2 * 3_600_000);
    const clock = (at: Date): string => at.toTimeString().slice(0, 5);
    await page.getByLabel("From", { exact: true }).fill(clock(minute));
    await page.getByLabel("To", { exact: true }).fill(clock(new Date(minute.getTime() + 3_600_000)));
    await expect(donation(page)).toHaveAttribute("data-state", "paused");
    await expect(donation(page)).toContainText("It is outside of your hours. It goes on");
    await box(page, "Only at certain times").uncheck();
    await expect(donation(page)).toHaveAttribute("data-state", "ready");

    const asker = await openPage(browser, coordinator.url, "/");
    await asker.page.getByRole("textbox", { name: "Message", exact: true }).fill("What is 17 + 25?");
    await button(asker.page, "Send").click();
    await expect(answers(asker.page).first()).toHaveAttribute("data-state", "done");
    await expect(region(page, "What you gave").getByRole("img")).toHaveAccessibleName(
      /^Tokens in the last 30 days: [1-9]/,
    );
    await expect(region(page, "Kept on this device")).toContainText("In use: stop donating before you delete it.");

    await donationServes(page);
    await button(page, "Finish current answers, then stop").click();
    await expect(donation(page)).toHaveAttribute("data-state", "idle");

    await page.reload();
    await expect(page.getByText("at most 50 % of the time")).toBeVisible();
    await expect(page.getByText("All of it is on this device already.")).toBeVisible();
    await expect(donation(page)).toHaveAttribute("data-state", "idle");
    await expect(region(page, "What you gave").getByRole("img")).toHaveAccessibleName(/most on /);

    const kept = region(page, "Kept on this device");
    await kept.getByRole("button", { name: /^Delete swarm-demo-10m/ }).click();
    await kept.getByRole("button", { name: "Delete it" }).click();
    await expect(kept).toContainText("was deleted from this device");
    // Its draft shares a tokenizer with it, which goes with the last of the two.
    await kept.getByRole("button", { name: /^Delete swarm-demo-draft/ }).click();
    await kept.getByRole("button", { name: "Delete it" }).click();
    await expect(kept.getByRole("button", { name: /^Delete swarm-demo-draft/ })).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await closeAll([asker, donor]);
  });
}

/** A chat that was answered is kept ready for its next question. */
async function donationServes(page: Page): Promise<void> {
  await expect(donation(page)).toHaveAttribute("data-state", "serving");
}
