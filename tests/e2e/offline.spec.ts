import { openPage, startCoordinator } from "@potluck/tool/stage";
import type { Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.locator('article[data-role="assistant"]').last()).toHaveAttribute("data-state", "done");
}

test("PT9 a tab that has run the model answers without the server, also after a reload", async ({ browser }) => {
  const coordinator = await startCoordinator();
  const { page, context } = await openPage(browser, coordinator.url, "/");
  await page.getByRole("spinbutton", { name: "Temperature" }).fill("0");
  await page.getByRole("button", { name: "Run it in this tab" }).click();
  await send(page, "Hello!");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await coordinator.kill();
  await page.reload();
  await send(page, "What is 17 + 25?");
  await expect(page.getByRole("log", { name: "Conversation" })).toContainText("42");
  await context.close();
});
