/** The swarm's page, with real donors that come and go. */
import { openDonor, openPage } from "@potluck/tool/stage";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";
import { closeAll, halfMb } from "./support/donors.ts";

/** What is promised: a change is seen this soon after it happened. */
const soon = { timeout: 3000 };

const part = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const dots = (page: Page): Locator => part(page, "Who is linked to whom").locator(".graph circle");
const asTables = (page: Page): Locator => page.getByRole("checkbox", { name: "Show as tables" });

test("WB59 SG16 the page follows donors that come, answer and leave, over the socket, and its tables say the same", async ({
  browser,
  coordinator,
}) => {
  const { page, context } = await openPage(browser, coordinator.url, "/swarm");
  page.setDefaultTimeout(15_000);
  const polls: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/swarm")) polls.push(request.url());
  });
  await expect(page.getByRole("heading", { name: "Be the first" })).toBeVisible();
  await expect(page.getByText("Nobody has named a country.")).toBeVisible();

  const first = await openDonor(browser, coordinator.url, halfMb);
  await expect(dots(page)).toHaveCount(1, soon);
  await expect(page.getByText("Missing: layers 6–11.")).toBeVisible(soon);
  const second = await openDonor(browser, coordinator.url, halfMb);
  await expect(dots(page)).toHaveCount(2, soon);
  await expect(page.getByText("Every layer is held.")).toBeVisible(soon);

  const asker = await openPage(browser, coordinator.url, "/");
  await asker.page.getByRole("textbox", { name: "Message", exact: true }).fill("Count from 1 to 20.");
  await asker.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText(/answers in the last minute[1-9]/)).toBeVisible({ timeout: 30_000 });
  // Links that carried an answer tell their round trips a few seconds later.
  const picture = part(page, "Who is linked to whom").getByRole("img");
  await expect(picture).toHaveAccessibleName(/2 donor tabs, 1 link, in the middle (<|\d)/, { timeout: 15_000 });
  const words = (await picture.getAttribute("aria-label")) ?? "";
  await expect(page.getByRole("img", { name: /: layers 0–11 on 1 tab$/ })).toBeVisible();

  // By keyboard, and as the pictures say.
  await asTables(page).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("row", { name: "layers 0–11 1 0 0 0" })).toBeVisible();
  const links = page.getByRole("table", { name: "Links" }).getByRole("row");
  await expect(links).toHaveCount(2);
  expect(words).toContain((await links.nth(1).getByRole("cell").last().textContent()) ?? "no round trip");
  await expect(page.getByRole("table", { name: "Donor tabs" }).getByRole("row")).toHaveCount(3);
  await page.reload();
  await expect(asTables(page)).toBeChecked();
  await asTables(page).uncheck();

  // On a phone everything is in reach without scrolling sideways.
  await page.setViewportSize({ width: 360, height: 780 });
  await expect(dots(page)).toHaveCount(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  await second.context.close();
  await expect(dots(page).and(page.locator('[data-state="ready"]'))).toHaveCount(1, soon);
  await expect(page.getByText(/Missing: layers 6–11\./)).toBeVisible(soon);
  // Once at each opening of the page; all else was pushed.
  expect(polls.length).toBeLessThanOrEqual(3);
  await closeAll([first, asker, { page, context }]);
});
