/** Three windows of one browser: what a stranger tries first. */
import { openPage } from "@potluck/tool/stage";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";

const donation = (page: Page): Locator => page.getByRole("status", { name: "Donation", exact: true });
const answer = (page: Page): Locator => page.getByRole("article").and(page.locator('[data-role="assistant"]'));

async function startDonating(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start donating", exact: true }).click();
}

test("DN40 a third window waits in line, takes over when another closes in mid-answer, and the answer goes on by itself", async ({
  browser,
  coordinator,
}) => {
  const { url } = coordinator;
  const first = await openPage(browser, url, "/donate");
  const { context } = first;
  const query = new URL(first.page.url()).search;
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${url}${path}${query}`);
    return page;
  };
  await startDonating(first.page);
  await expect(donation(first.page)).toHaveAttribute("data-state", "ready");
  const second = await open("/donate");
  await startDonating(second);
  await expect(donation(second)).toHaveAttribute("data-state", "ready");
  const third = await open("/donate");
  await startDonating(third);
  await expect(donation(third)).toHaveAttribute("data-state", "waiting-for-tab");

  const asker = await open("/");
  await asker
    .getByRole("textbox", { name: "Message", exact: true })
    .fill("Tell me a long story about a fox and a lantern.");
  await asker.getByRole("button", { name: "Send", exact: true }).click();
  const text = answer(asker).locator('[data-part="text"]');
  await expect(text).toContainText(/\w+ \w+ \w+/);
  const before = (await text.innerText()).slice(0, 10);
  await first.page.close();
  await expect(donation(third)).toHaveAttribute("data-state", /ready|serving/);
  await expect(answer(asker)).toHaveAttribute("data-state", "done");
  await expect(donation(second)).toHaveAttribute("data-state", /ready|serving/);
  await expect(answer(asker)).toContainText("1 tab left");
  expect(await text.innerText()).toContain(before);
  await context.close();
});
